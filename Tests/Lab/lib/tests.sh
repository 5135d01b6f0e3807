# shellcheck shell=bash
# Runs built tests; `flags` are those of the build. Adds to `executed`, and fails if none was executed.
executed=0

# Many tests start processes, and all at once they starve each other: a command of a test then waits longer for a
# processor than any sensible limit. A toolchain that does not know this variable ignores it.
export SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH=${SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH:-$((4 * $(getconf _NPROCESSORS_ONLN)))}

heading() { printf '\n== %s (%s s)\n' "$*" "$SECONDS"; }

run_tests() { # what, arguments of swift test…
  heading "$1"
  local report
  report=$(mktemp)
  # shellcheck disable=SC2154 # the caller's
  swift test --skip-build "${flags[@]}" "${@:2}" 2>&1 | tee "$report" || {
    show_failures "$report"
    rm -f "$report"
    exit 1
  }
  count_executed "$1" "$report"
  rm -f "$report"
}

# show_failures REPORT — each with its lines, after everything else; if none is reported, the end of the report.
show_failures() {
  printf '\n== failures\n'
  grep -A 8 -E 'recorded an issue|^error:|Fatal error' "$1" | grep -vE '(started|passed after [0-9.]+ seconds)\.$' | head -n 150 ||
    tail -n 40 "$1"
}

# count_executed WHAT REPORT
count_executed() {
  local counted
  counted=$(sed -n 's/.*Test run with \([0-9]*\) tests\{0,1\} .*passed .*/\1/p' "$2" | tail -n 1)
  if ((${counted:-0} == 0)); then
    echo "test: no test was executed: $1" >&2
    exit 1
  fi
  executed=$((executed + counted))
}

# test_program — the built tests as a program of its own: `swift test` is one at a time.
test_program() { echo "$(swift build "${flags[@]}" --show-bin-path)/runbookPackageTests.xctest"; }

# run_lanes LANES SUITE… — each suite in a process of its own, LANES at a time, in this order; the output of each comes
# in one piece when it has ended. After a failure none begins, those that run come to their end, and what failed is
# shown last: the end of a long output is what people and CI keep.
run_lanes() {
  local lanes=$1 program reports suite pid status=0
  local -a failed=()
  local -A running=()
  program=$(test_program)
  shift
  reports=$(mktemp -d)
  while (($# > 0 && ${#failed[@]} == 0 || ${#running[@]} > 0)); do
    if (($# > 0 && ${#failed[@]} == 0 && ${#running[@]} < lanes)); then
      "$program" --testing-library swift-testing --filter "^${1//./\\.}[./]" >"$reports/${1//\//.}" 2>&1 &
      running[$!]=$1
      shift
      continue
    fi
    status=0
    wait -n -p pid "${!running[@]}" || status=$?
    suite=${running[$pid]}
    unset "running[$pid]"
    heading "$suite"
    cat "$reports/${suite//\//.}"
    if ((status != 0)); then
      echo "test: $suite ended with exit code $status"
      failed+=("$suite")
    else
      count_executed "$suite" "$reports/${suite//\//.}"
    fi
  done
  for suite in "${failed[@]}"; do
    heading "$suite"
    show_failures "$reports/${suite//\//.}"
  done
  rm -rf "$reports"
  ((${#failed[@]} == 0)) || exit 1
}
