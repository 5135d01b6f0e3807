# Raising a lab. Until it is up, its owner is this process: killed half way, nothing of it stays.
# shellcheck shell=bash

# raise_lab NAME COUNT FOLDER OWNER BARE HOSTNAME
raise_lab() {
  local name=$1 appliance_count=$2 wanted_folder=$3 owner=$4 bare=$5 hostname=$6 keeper mark myself begun=$SECONDS
  mark=none
  [[ -z $owner ]] || mark=$(process_mark "$owner") || refuse "there is no process $owner to own the lab"
  read -ra myself <<<"$(process_mark $$)"
  setsid "$lab_home/lib/keeper" "$name" "${myself[@]}" "$wanted_folder" "$appliance_count" </dev/null >&2 &
  keeper=$!
  until [[ $(known "$name" keeper) == "$keeper "* && -n $(known "$name" init) ]]; do
    kill -0 "$keeper" 2>/dev/null || { wait "$keeper"; exit $?; }
    pause 0.02
  done
  open_lab "$name"
  write_operator_files
  [[ -n $bare ]] || build_image "$folder/image.tar"
  each_appliance raise_appliance "$bare" "$hostname"
  rm -f "$folder/image.tar"
  printf '%s\n' "$mark" >"$registry/$name/owner.new"
  mv "$registry/$name/owner.new" "$registry/$name/owner"
  say "$name is up after $((SECONDS - begun)) s: $count appliances, files in $folder"
}

# each_appliance FUNCTION ARGUMENTS… — for all at the same time; fails when one of them fails.
each_appliance() {
  local host process processes=() failed=
  for host in $(appliances); do
    "$1" "$host" "${@:2}" &
    processes+=($!)
  done
  for process in "${processes[@]}"; do
    wait "$process" || failed=yes
  done
  [[ -z $failed ]] || fail "lab '$lab' did not come up and is taken down again"
}

# raise_appliance HOST BARE HOSTNAME — power, engine, sshd; then, unless it stays bare, its swarm and stack.
raise_appliance() {
  prepare_appliance "$1" "${3:-$1}"
  set_power "$1" on
  set_service start "$1" sshd
  set_service start "$1" engine
  [[ -n $2 ]] || in_appliance "$1" /run/lab/appliance/settle "10.77.0.${1#da}" <"$folder/image.tar"
}
