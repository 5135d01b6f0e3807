# Beginning a lab. Until it is up, its owner is this process: killed half way, nothing of it stays.
# shellcheck shell=bash

# begin_lab NAME COUNT FOLDER OWNER BARE HOSTNAME — starts the keeper, then becomes lib/raise, under the same process ID
# but marked as one of the lab's processes.
begin_lab() {
  local name=$1 appliance_count=$2 wanted_folder=$3 owner=$4 keeper mark=none myself
  [[ -z $owner ]] || mark=$(process_mark "$owner") || refuse "there is no process $owner to own the lab"
  read -ra myself <<<"$(process_mark $$)"
  setsid "$lab_home/lib/keeper" "$name" "${myself[@]}" "$wanted_folder" "$appliance_count" </dev/null >&2 &
  keeper=$!
  until [[ $(known "$name" keeper) == "$keeper "* && -n $(known "$name" init) ]]; do
    kill -0 "$keeper" 2>/dev/null || { wait "$keeper"; exit $?; }
    pause 0.02
  done
  open_lab "$name"
  RUNBOOK_LAB=$id exec "$lab_home/lib/raise" "$name" "$mark" "$5" "$6"
}
