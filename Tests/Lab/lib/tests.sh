# shellcheck shell=bash
# Runs tests that are built; `flags` are those of the build. Adds to `executed`, and fails when none was.
executed=0

# All tests at once, of which many start processes, starve each other: a command of a test then waits longer for a
# processor than any sensible limit. Where the toolchain does not know this, it does no harm.
export SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH=${SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH:-$((4 * $(getconf _NPROCESSORS_ONLN)))}

heading() { printf '\n== %s (%s s)\n' "$*" "$SECONDS"; }

run_tests() { # what, arguments of swift test…
  heading "$1"
  local report counted
  report=$(mktemp)
  # shellcheck disable=SC2154 # the caller's
  swift test --skip-build "${flags[@]}" "${@:2}" 2>&1 | tee "$report" || {
    printf '\n== what does not hold\n'
    grep -A 8 -E 'recorded an issue|^error:|Fatal error' "$report" | grep -vE '(started|passed after [0-9.]+ seconds)\.$' | head -n 150
    rm -f "$report"
    exit 1
  }
  counted=$(sed -n 's/.*Test run with \([0-9]*\) tests\{0,1\} .*passed .*/\1/p' "$report" | tail -n 1)
  rm -f "$report"
  if ((${counted:-0} == 0)); then
    echo "test: no test was executed: $1" >&2
    exit 1
  fi
  executed=$((executed + counted))
}
