/// The scripts that a host runs for a ``RemoteJob``; any POSIX shell can.
///
/// All take the session's mark, the name of the run's folder and the job's name as their first arguments. What they say
/// is read by ``JobReader``.
enum JobScript {
  /// Where the traces are. Written once for all scripts, so that all look at the same place.
  ///
  /// `/var/tmp` outlives the session and a restart of the host; `$XDG_RUNTIME_DIR` does neither. A folder is used
  /// only when it is the user's alone: everyone may write into `/var/tmp`.
  private static let place = #"""
    mask=$(umask); umask 077
    place=/var/tmp; [ -d "$place" ] || place=/tmp
    owner=$(id -u) || exit 70
    base=$place/runbook-$owner
    trust() {
      set -- $(LC_ALL=C ls -ldn "$base" 2>/dev/null)
      case "$1/$3" in drwx------*/"$owner") return;; esac
      shape=$1
      set -- $(LC_ALL=C ls -ld "$base" 2>/dev/null)
      echo "$base is not a folder of user $owner alone: it belongs to $3 ($shape)" >&2
      exit 77
    }
    if [ -e "$base" ] || [ -h "$base" ]; then trust; fi
    provide() {
      tries=0
      until [ -d "$1" ]; do
        tries=$((tries + 1)); [ "$tries" -le 20 ] || exit 73
        mkdir "$base" 2>/dev/null || [ -e "$base" ] || [ -h "$base" ] || mkdir "$base" || exit 73
        trust
        mkdir -p "$1" || [ "$tries" -lt 20 ] || exit 73
      done
    }
    say() { printf '%s .\n' "$1" || exit 1; }
    printf '%s\n' "$1"
    folder=$base/$2 job=$base/$2/$3

    """#

  /// Brings what was written to the disk.
  private static let flushing = FlushScript.function

  /// Who a process is. A number alone is not enough, because it is given to another process some day: the start time
  /// distinguishes the two, and the boot ID the same times of two boots.
  private static let identity = #"""
    inspect() {
      state= parent= group= session= birth=
      if [ -r /proc/self/stat ]; then
        stat=
        { IFS= read -r stat <"/proc/$1/stat"; } 2>/dev/null
        set -- ${stat##*") "}
        [ $# -ge 20 ] || return 1
        state=$1 parent=$2 group=$3 session=$4
        shift 19
        birth=$1
      else
        set -- $(LC_ALL=C TZ=UTC0 ps -o state= -o pgid= -o lstart= -p "$1" 2>/dev/null)
        [ $# -ge 3 ] || return 1
        state=$1 group=$2
        shift 2
        birth=$(IFS=_; echo "$*")
      fi
    }
    identify_boot() {
      if [ -r /proc/sys/kernel/random/boot_id ]; then read -r boot </proc/sys/kernel/random/boot_id
      else boot=$({ sysctl -n kern.bootsessionuuid 2>/dev/null || LC_ALL=C who -b; } | tr -s ' \t' '__'); fi
      boot=${boot:-none}
    }
    read_clock() {
      if [ -r /proc/uptime ]; then read -r now rest </proc/uptime; now=${now%.*}${now#*.}
      else now=$(date +%s)00; fi
    }

    """#

  /// What is recorded of the job, and whether that is still so.
  private static let record = #"""
    recall() { read -r job_pid job_group job_birth job_boot job_clock <"$job/process"; }
    read_status() {
      status=
      for entry in "$job"/status.*; do if [ -e "$entry" ]; then status=${entry##*.}; fi; done
    }
    is_alive() {
      inspect "$job_pid" && [ "$birth" = "$job_birth" ] || return 1
      case $state in Z*|X*) return 1;; esac
    }
    is_same_boot() { identify_boot; [ "$boot" = "$job_boot" ]; }
    is_recycled() { inspect "$job_pid" && [ "$birth" != "$job_birth" ]; }
    list_members() {
      members=' '
      case $job_group in ''|*[!0-9]*|0|1) members=; return;; esac
      if [ -r /proc/self/stat ]; then
        grows=1
        while [ "$grows" = 1 ]; do
          grows=0
          for entry in /proc/[0-9]*; do
            entry=${entry#/proc/}
            case $members in *" $entry "*) continue;; esac
            inspect "$entry" || continue
            case $state in Z*|X*) continue;; esac
            if [ "$group" != "$job_group" ] && [ "$session" != "$job_group" ]; then
              case $members in *" $parent "*) ;; *) continue;; esac
            fi
            members="$members$entry " grows=1
          done
        done
        members=${members# }
      else
        members=$(LC_ALL=C ps -A -o pid= -o pgid= -o state= |
          awk -v group="$job_group" '$2 == group && $3 !~ /^Z/ { print $1 }')
      fi
    }
    rest_time=1
    if sleep 0.01 2>/dev/null; then rest_time=0.1; fi

    """#

  /// Makes the run's folder ready, before its first job there: with a mark in it that is made once. As long as the mark
  /// is there, so is the trace of every job that was started under it.
  ///
  /// - Further argument: the mark, if there is none yet.
  /// - Says: `site MARK BOOT`.
  static let prepare =
    place + identity + flushing + #"""
      provide "$folder"
      tries=0
      until [ -s "$folder/site" ]; do
        tries=$((tries + 1)); [ "$tries" -le 20 ] || exit 73
        provide "$folder"
        echo "$4" >"$folder/site.$$" && ln "$folder/site.$$" "$folder/site"
        rm -f "$folder/site.$$"
      done
      flush "$folder/site" "$folder" || exit 73
      identify_boot
      read -r site <"$folder/site" || exit 73
      say "site $site $boot"
      """#

  /// Starts the job, unless it was started before.
  ///
  /// - Further arguments: how many bytes of input come, the command's line, ``runner``.
  /// - Says: `started` or `there`.
  ///
  /// The input may be secret. The file that it is kept in has no name any more when the first byte is written.
  static let launch =
    place + #"""
      answer=there
      if [ ! -e "$job/process" ]; then
        provide "$job"
        input=$job/input.$$
        exec 3>"$input" 4<"$input" 5<"$input"
        rm -f "$input" || exit 73
        cat >&3 || exit 73
        exec 3>&-
        if [ "$(($(wc -c <&5)))" -ne "$4" ]; then echo "the input did not arrive whole" >&2; exit 74; fi
        exec 5<&-
        if command -v setsid >/dev/null 2>&1; then
          answer=$(setsid sh -c "$6" sh "$job" "$mask" "$5" <&4 4<&- 2>&1 &)
        else
          answer=$(set -m 2>/dev/null; nohup sh -c "$6" sh "$job" "$mask" "$5" <&4 4<&- 2>&1 &)
        fi
      fi
      case $answer in started|there) say "$answer";; *) printf '%s\n' "$answer" >&2; exit 74;; esac
      """#

  /// Stays with the command, apart from every session, and records its end.
  ///
  /// - Arguments: the job's folder, the mode mask of the session, the command's line.
  ///
  /// The link is the one moment in which the job begins: it is made once, however many try, and with it everything that
  /// is needed to find the process is there. Renaming the link's other name is the one moment in which the job ends.
  /// `started` is said by a shell of its own, because that one ends when no one listens any more. The command has no
  /// shell between it and the runner, which would end at a signal before the command does.
  static let runner =
    identity + flushing + #"""
      job=$1 note=$1/process.$$
      umask 077
      inspect $$ || { echo "the host does not tell when a process was started"; exit 1; }
      identify_boot
      read_clock
      : >>"$job/stdout"
      : >>"$job/stderr"
      echo "$$ $group $birth $boot $now" >"$note" || exit 1
      if ! ln "$note" "$job/process" 2>/dev/null; then
        rm -f "$note"
        [ -e "$job/process" ] && echo there || echo "$job/process could not be made"
        exit
      fi
      if ! flush "$job/process" "$job"; then
        rm -f "$job/process" "$note"
        exit
      fi
      (echo started)
      exec >/dev/null 2>&1
      trap : HUP INT TERM
      umask "$2"
      eval "$3" >>"$job/stdout" 2>>"$job/stderr"
      status=$?
      umask 077
      exec </dev/null
      # A command need not notice that its output finds no room. Where none is left for a little more, some may be
      # missing.
      room=$job/room.$$ cut=
      head -c 8192 /dev/zero >"$room" && flush "$job/stdout" "$job/stderr" || cut=-cut
      rm -f "$room"
      mv "$note" "$job/status.$status$cut"
      """#

  /// Reports new output and, at last, the end.
  ///
  /// - Further arguments: how many bytes of the standard output and of the standard error are known, how many this
  ///   session may report, after how many hundredths of a second the job is overdue (0 means never), 1 to wait for the
  ///   end or 0 to report only its state, and how many bytes each output may have.
  /// - Says: `unknown MARK BOOT` (a dash where the run's folder has no mark), `running`, `more`, `overdue`, `flood`,
  ///   `finished STATUS[-cut] [overdue]` (`-cut`: not all of the output could be written) or `lost REASON`.
  static let follow =
    place + identity + record + #"""
      if [ ! -e "$job/process" ]; then
        site=-
        if [ -s "$folder/site" ]; then read -r site <"$folder/site"; fi
        identify_boot
        say "unknown ${site:--} $boot"
        exit 0
      fi
      recall
      out=$4 err=$5 budget=$6 limit=$9
      tell() {
        next=$3
        [ -s "$2" ] || return
        size=$(($(wc -c <"$2")))
        if [ "$size" -gt "$limit" ]; then say flood; exit 0; fi
        count=$((size - $3))
        [ "$count" -gt 0 ] || return
        if [ "$count" -gt "$budget" ]; then count=$budget; fi
        say "$1"
        od -A n -v -t x1 -j "$3" -N "$count" "$2" || exit 1
        next=$(($3 + count)) budget=$((budget - count)) idle=0
      }
      # A sign at least every three seconds: a host that says nothing for five is shown as waited for.
      idle=0 beats=6
      if [ "$rest_time" = 1 ]; then beats=3; fi
      while :; do
        read_status
        lost=
        if [ -z "$status" ]; then
          if ! is_same_boot; then lost=reboot
          elif ! is_alive; then lost=gone; read_status
          elif [ "$8" -eq 0 ]; then say running; exit 0; fi
        fi
        tell stdout "$job/stdout" "$out"; out=$next
        tell stderr "$job/stderr" "$err"; err=$next
        if [ "$budget" -le 0 ]; then say more; exit 0; fi
        if [ -n "$status" ]; then
          if [ -e "$job/overdue" ]; then say "finished $status overdue"; else say "finished $status"; fi
          exit 0
        fi
        if [ -n "$lost" ]; then
          if [ "$lost" = gone ] && ! is_recycled; then list_members; if [ -n "$members" ]; then lost=orphaned; fi; fi
          say "lost $lost"
          exit 0
        fi
        if [ "$7" -gt 0 ]; then
          read_clock
          if [ "$((now - job_clock))" -ge "$7" ]; then say overdue; exit 0; fi
        fi
        idle=$((idle + 1))
        if [ "$((idle % beats))" -eq 0 ]; then say beat; fi
        if [ "$rest_time" = 1 ]; then sleep 1
        elif [ "$idle" -le 10 ]; then sleep 0.02
        elif [ "$idle" -le 60 ]; then sleep 0.1
        else sleep 0.5; fi
      done
      """#

  /// Ends the job's process group: with a request first, then by force. One that was not started is marked as ended, so
  /// that a launch which is still on its way comes too late. Of one that was started, or may have been, and has no
  /// trace any more, nothing is known.
  ///
  /// - Further arguments: `overdue` or a dash, 1 for a job of root, how often to look before force is used, 1 for a job
  ///   that was started, and the run's mark before it was (a dash where none is known).
  /// - Says: `ended`, or `unknown MARK BOOT` as ``follow`` does.
  ///
  /// Each process is named on its own: some versions of `kill` take the number of a group for that of all processes.
  /// The runner is spared as long as possible, because it knows how the command has ended.
  static let terminate =
    place + identity + flushing + record + #"""
      if [ ! -e "$job/process" ]; then
        site=-
        if [ -s "$folder/site" ]; then read -r site <"$folder/site"; fi
        if [ "$7" -eq 1 ] || { [ "$8" != - ] && [ "$8" != "$site" ]; }; then
          identify_boot
          say "unknown ${site:--} $boot"
          exit 0
        fi
        provide "$job"
        echo "0 0 0 - 0" >"$job/ended.$$" || exit 73
        if ln "$job/ended.$$" "$job/process" 2>/dev/null; then
          mv "$job/ended.$$" "$job/status.137"
          flush "$job/process" "$job"
          say ended
          exit 0
        fi
        rm -f "$job/ended.$$"
      fi
      recall
      read_status
      if [ -n "$status" ] || ! is_same_boot || is_recycled; then say ended; exit 0; fi
      was_alive=0
      if is_alive; then was_alive=1; fi
      if [ "$4" = overdue ]; then : >"$job/overdue"; fi
      words=
      signal() {
        [ $# -gt 1 ] || return
        if [ "$root" -ne 1 ]; then words=$(kill "$@" 2>&1); return; fi
        words=$(sudo -n -- kill "$@" 2>&1) && return
        if sudo -n -l -- kill "$@" >/dev/null 2>&1; then return; fi
        printf '%s\n' "$words" >&2
        exit 78
      }
      wait_for_end() {
        looks=$1
        while list_members; [ -n "$members" ] && [ "$looks" -gt 0 ]; do looks=$((looks - 1)); sleep "$rest_time"; done
      }
      root=$5
      list_members
      signal -TERM $members
      wait_for_end "$6"
      others=
      for member in $members; do if [ "$member" != "$job_pid" ]; then others="$others $member"; fi; done
      signal -KILL $others
      wait_for_end 20
      signal -KILL $members
      wait_for_end 20
      if [ -n "$members" ]; then printf '%s\n' "$words" >&2; exit 1; fi
      read_status
      if [ "$was_alive" -eq 1 ] && [ -z "$status" ]; then mv "$job/process.$job_pid" "$job/status.137"; fi
      say ended
      """#

  /// Removes the traces of one job, or of all of the run when no job is named; not those of jobs that run.
  ///
  /// - Says: `left COUNT`, which run.
  static let remove =
    place + identity + record + #"""
      left=0
      for job in "$folder"/${3:-*}; do
        [ -d "$job" ] || continue
        if [ -e "$job/process" ]; then
          recall
          read_status
          if [ -z "$status" ] && is_same_boot && is_alive; then left=$((left + 1)); continue; fi
        fi
        rm -rf "$job" || exit 73
      done
      if [ -z "$(find "$folder" -type d -path "$folder/*" 2>/dev/null)" ]; then rm -f "$folder/site"; fi
      rmdir "$folder" "$base" 2>/dev/null
      say "left $left"
      """#
}
