# Identifying processes for certain: a process ID alone may have been given to another process since.
# shellcheck shell=bash

# process_start PID — when the process began, in clock ticks since boot; nothing if it is gone or only a zombie.
process_start() {
  local stat fields
  { read -r stat <"/proc/$1/stat"; } 2>/dev/null || return 1
  read -ra fields <<<"${stat##*) }" # the name before it may hold anything, spaces and brackets too
  [[ ${fields[0]} != Z && ${fields[0]} != X ]] && printf '%s\n' "${fields[19]}"
}

# process_mark PID — "PID START", which names this very process and no later one.
process_mark() {
  local start
  start=$(process_start "$1") && printf '%s %s\n' "$1" "$start"
}

# is_running PID START
is_running() { [[ -n ${1:-} && $(process_start "$1") == "${2:-}" ]]; }

# await_end SECONDS PID START — waits until that process is gone.
await_end() {
  local until=$((SECONDS + $1))
  while is_running "$2" "$3"; do
    ((SECONDS < until)) || return 1
    sleep 0.02
  done
}

# pause SECONDS — sleeps without starting a process.
pause() {
  [[ -n ${pause_pipe:-} ]] || exec {pause_pipe}<> <(:)
  read -r -t "$1" -u "$pause_pipe" _ || true
}
