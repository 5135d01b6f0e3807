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
  mkdir "$place"
  cp "$folder/keys/$1" "$place/host_key"
  cp "$folder/id_ed25519.pub" "$place/authorized_keys"
  cp "$folder/hosts" "$place/hosts"
  printf '%s\n' "$2" >"$place/hostname"
}

# set_power HOST on|off
set_power() { in_space "$lab_home/lib/power" "$2" "$(space_of)" "$1" "$id"; }

# set_cable HOST up|down
set_cable() { in_space ip link set "$1" "$2"; }

set_service() { in_appliance "$2" /run/lab/appliance/service "$1" "$3"; }
