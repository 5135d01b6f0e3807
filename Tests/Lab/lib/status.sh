# Looking at labs: what is up, and how each appliance is.
# shellcheck shell=bash

list_labs() {
  local name state
  while IFS= read -r name; do
    if has_keeper "$name"; then state=up; else state='left behind; lab sweep removes it'; fi
    printf '%-20s %s appliances, %s, %s\n' "$name" "$(known "$name" count)" "$state" "$(known "$name" folder)"
  done < <(labs)
}

show_status() {
  local host
  printf '%-6s %-12s %-6s %-7s %-6s %s\n' HOST ADDRESS POWER ENGINE SSHD SWARM
  for host in $(appliances); do
    printf '%-6s %-12s ' "$host" "10.77.0.${host#da}"
    appliance_state "$host"
  done
}

appliance_state() {
  appliance_init "$1" >/dev/null || { echo off && return; }
  # shellcheck disable=SC2016 # expanded inside the appliance
  in_appliance "$1" bash -c '
    engine=down sshd=down swarm=-
    info=$(curl --silent --fail --unix-socket /run/docker.sock http://engine/v1.41/info) && engine=up &&
      swarm=$(jq -r ".Swarm.LocalNodeState + (if .Swarm.ControlAvailable then \" manager\" else \"\" end)
        + \", \" + (.ContainersRunning | tostring) + \" containers\"" <<<"$info")
    pgrep -x sshd >/dev/null && sshd=up
    printf "%-6s %-7s %-6s %s\n" on "$engine" "$sshd" "$swarm"'
}

# show_log HOST init|sshd|dockerd
show_log() {
  local place
  place=/proc/$init/root$(space_of)/$1
  case $2 in
    init) cat "$place/init.log" ;;
    sshd | dockerd) cat "$place/log/$2.log" ;;
    *) refuse "an appliance has the logs init, sshd and dockerd, not '$2'" ;;
  esac
}
