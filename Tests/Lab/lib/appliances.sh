# Power and cables: raising and cutting off appliances in the lab's space.
# shellcheck shell=bash

appliances() {
  local number
  for ((number = 1; number <= count; number++)); do printf 'da%s\n' "$number"; done
}

# prepare_appliance HOST HOSTNAME — what an appliance is delivered with: its host key, who may come in, the others' names.
prepare_appliance() {
  local place
  place=/proc/$init/root$(space_of)/$1
  cp "$folder/keys/$1" "$place/host_key"
  cp "$folder/id_ed25519.pub" "$place/authorized_keys"
  cp "$folder/hosts" "$place/hosts"
  printf '%s\n' "$2" >"$place/hostname"
}

# power_on HOST — returns when its first process has made the appliance's system.
power_on() {
  local host=$1
  ! appliance_init "$host" >/dev/null || fail "$host is powered on already"
  # shellcheck disable=SC2016 # expanded inside the space
  in_space bash -euc '
    place=$1/$3
    setsid nsenter --net="$1/net/$3" unshare --fork --kill-child=KILL --pid --mount --mount-proc --uts \
      bash "$2/appliance/init" "$3" "$(<"$place/hostname")" "$place" "$4" </dev/null >>"$place/init.log" 2>&1 &
    for ((try = 0; try < 500; try++)); do
      first=$(pgrep -P $!) && [[ -e /proc/$first/root/run/lab/up ]] && break
      [[ -d /proc/$! ]] || { tail -n 5 "$place/init.log" >&2; exit 1; }
      sleep 0.02
    done
    echo "$first" >"$place/init"' - "$(space_of)" "$lab_home" "$host" "$id" || fail "$host does not start"
}

# power_off HOST — at once, as if the plug was pulled: nothing in it gets the time to do anything.
power_off() {
  # shellcheck disable=SC2016 # expanded inside the space
  in_space bash -euc '
    read -r first <"$1/$2/init"
    kill -KILL "$first" 2>/dev/null || true
    while [[ -d /proc/$first ]]; do sleep 0.02; done
    rm "$1/$2/init"' - "$(space_of)" "$1" || fail "$1 is powered off already"
}

# set_cable HOST up|down
set_cable() { in_space ip link set "$1" "$2"; }

set_service() { in_appliance "$2" /run/lab/appliance/service "$1" "$3"; }
