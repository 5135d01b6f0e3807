# What is known on this machine about labs: one directory per lab under the registry, kept from the lab's first moment
# to its last, so that whoever comes later can find and remove what a killed lab left.
#
#   id       the name and a random part; marks the lab's processes (RUNBOOK_LAB=id) and cgroups
#   keeper   "PID START" of the process whose life is the lab's life
#   owner    "PID START" of the process that the lab must not outlive, or "none"
#   init     "PID START" of the first process in the lab's own namespaces, as this machine sees it
#   folder   where the lab's files are
#   count    how many appliances
# shellcheck shell=bash

registry=/run/runbook-lab

record_of() { printf '%s/%s\n' "$registry" "$1"; }

check_name() {
  [[ $1 =~ ^[a-z0-9][a-z0-9-]{0,39}$ ]] || refuse "a lab's name is lower-case letters, digits and dashes, not '$1'"
}

# lock_registry — one change of the registry at a time; unlock_registry lets the next one in. The lock is the directory
# itself, so that nothing stays behind; a process that waited for one that was removed meanwhile takes the new one.
lock_registry() {
  while :; do
    mkdir -p "$registry"
    { exec 9<"$registry"; } 2>/dev/null || continue
    flock 9
    [[ $registry -ef /proc/self/fd/9 ]] && return
  done
}

unlock_registry() {
  rmdir "$registry" 2>/dev/null || true # only the last one can
  exec 9>&-
}

# known LAB FIELD — one line of the record; nothing if it is not there.
known() { cat "$registry/$1/$2" 2>/dev/null; }

labs() {
  local record
  for record in "$registry"/*/; do
    [[ -d $record ]] && basename "$record"
  done
}

# has_keeper LAB — whether the lab is alive.
has_keeper() {
  local mark
  read -ra mark <<<"$(known "$1" keeper)"
  is_running "${mark[@]:0:2}"
}

# has_owner LAB — whether someone still wants it. The raising process hands the lab on and ends at once, so an owner that
# is gone counts only if it is still the one on record afterwards.
has_owner() {
  local mark again
  again=$(known "$1" owner)
  while :; do
    mark=$again
    # shellcheck disable=SC2086 # a mark is two words
    [[ $mark == none ]] || is_running $mark && return
    again=$(known "$1" owner)
    [[ $again != "$mark" ]] || return 1
  done
}

# open_lab NAME — fills lab, id, folder, count and init for the commands that work on a lab; refuses when it is not up.
open_lab() {
  lab=$1
  check_name "$lab"
  has_keeper "$lab" || refuse "there is no lab named '$lab' (labs here: $(labs | paste -sd ' '))"
  id=$(known "$lab" id) folder=$(known "$lab" folder) count=$(known "$lab" count)
  init=$(known "$lab" init) init=${init%% *}
  [[ -n $init ]] || fail "lab '$lab' is still starting"
  export id folder count
}

# check_host HOST — refuses what is not an appliance of the open lab.
check_host() {
  if [[ ! $1 =~ ^da([1-9][0-9]?)$ ]] || ((BASH_REMATCH[1] > count)); then
    refuse "lab '$lab' has no appliance '$1' (da1 to da$count)"
  fi
}
