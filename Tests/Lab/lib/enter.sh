# The ways into a lab: into its own space (the switch), to the operator's network, into an appliance.
# shellcheck shell=bash

# Inside the lab's space, that is its mount namespace, these are the paths; the machine sees only an empty directory.
space_of() { printf '%s/space\n' "$folder"; }

# in_space COMMAND… — in the lab's own namespaces, where the switch is.
in_space() { RUNBOOK_LAB=$id nsenter --target "$init" --mount --pid --net --uts -- "$@"; }

# become_operator COMMAND… — turns this process into COMMAND on the operator's network, otherwise on this machine and in
# this directory. A signal to this process is then one to COMMAND.
become_operator() {
  export RUNBOOK_LAB=$id
  exec nsenter --net="/proc/$init/root$(space_of)/net/operator" -- "$@"
}

# in_appliance HOST COMMAND… — in all namespaces of the appliance, as root.
in_appliance() {
  local host=$1 first
  shift
  first=$(appliance_init "$host") || fail "$host is powered off"
  in_space nsenter --target "$first" --mount --pid --net --uts --wd=/ -- \
    env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root TERM="${TERM:-dumb}" RUNBOOK_LAB="$id" "$@"
}

# appliance_init HOST — the appliance's first process, as the lab's space sees it; fails when it is powered off.
appliance_init() {
  # shellcheck disable=SC2016 # expanded inside the space
  in_space bash -c 'read -r pid <"$1" && [[ -d /proc/$pid ]] && echo "$pid"' - "$(space_of)/$1/init" 2>/dev/null
}
