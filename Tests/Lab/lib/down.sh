# Taking labs down completely, whatever state they are in.
# shellcheck shell=bash

# marked_processes ID — processes anywhere on the machine that belong to the lab, except this one and its parents.
marked_processes() {
  local file pid line=" $$ " parent=$$ stat
  while ((parent > 1)); do
    read -r stat <"/proc/$parent/stat" || break
    read -r _ parent _ <<<"${stat##*) }"
    line+="$parent "
  done
  while IFS= read -r file; do
    pid=${file#/proc/} pid=${pid%/environ}
    [[ $line == *" $pid "* || $pid == "$BASHPID" ]] || process_mark "$pid" || true
  done < <(grep -lzsxF "RUNBOOK_LAB=$1" /proc/[0-9]*/environ)
}

# remove_cgroups ID — the groups that the lab's engines made; they can go once their processes are reaped.
remove_cgroups() {
  local top try
  for top in /sys/fs/cgroup/runbook-lab /sys/fs/cgroup/*/runbook-lab; do
    [[ -d $top ]] || continue
    for ((try = 0; try < 250; try++)); do
      [[ -d $top/$1 ]] || break
      find "$top/$1" -depth -type d -exec rmdir {} + 2>/dev/null && break
      sleep 0.02
    done
    rmdir "$top" 2>/dev/null || true
  done
}

# take_down LAB — everything: keeper, processes, cgroups, files, record. Safe to repeat, and to run twice at once.
take_down() {
  local record mark marks round lab_id lab_folder
  record=$(record_of "$1")
  [[ -d $record ]] || return 0
  lab_id=$(known "$1" id || true) lab_folder=$(known "$1" folder || true)
  read -ra mark <<<"$(known "$1" keeper || true)"
  if [[ ${mark[0]:-} != "$$" ]] && is_running "${mark[@]:0:2}"; then
    kill -KILL "${mark[0]}" 2>/dev/null || true
    await_end 10 "${mark[@]}" || true
  fi
  if [[ -n $lab_id ]]; then
    for ((round = 0; round < 5; round++)); do # one may start another between the check and the kill
      mapfile -t marks < <(marked_processes "$lab_id")
      ((${#marks[@]})) || break
      kill -KILL "${marks[@]%% *}" 2>/dev/null || true
      for mark in "${marks[@]}"; do
        # shellcheck disable=SC2086 # a mark is two words
        await_end 20 $mark || say "process ${mark%% *} of lab '$1' does not end"
      done
    done
    remove_cgroups "$lab_id"
  fi
  [[ -z $lab_folder ]] || rm -rf --one-file-system "$lab_folder" || say "$lab_folder could not be removed"
  rm -rf --one-file-system "$record" || true # or another process is removing it
}

# sweep — removes labs whose keeper or owner is gone. The caller holds the registry's lock.
sweep() {
  local name
  while IFS= read -r name; do
    { has_keeper "$name" && has_owner "$name"; } || take_down "$name"
  done < <(labs)
}
