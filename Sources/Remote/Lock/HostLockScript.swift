/// The scripts that a host runs for a ``HostLock``; any POSIX shell can.
///
/// All take as their first arguments the session's mark, the folder in which the lock's folder is (empty: the usual
/// one), the lock's name, 1 when `sudo` may be used, and the request's ID. What they say is read by ``HostLockRecord``.
enum HostLockScript {
  /// The folder of the lock, and what is in it.
  ///
  /// The working directory is the folder itself, and all names are relative to it, so that no one can put another one,
  /// or a symbolic link, in its place in between. New files are made with `noclobber`, which follows no link.
  ///
  /// Any user can put anything there, so of each file a little is read, and a crowd of files is refused.
  private static let common = #"""
    umask 022; LC_ALL=C; export LC_ALL
    place=$2
    if [ -z "$place" ]; then place=/var/tmp; [ -d "$place" ] || place=/tmp; fi
    place=$(CDPATH= cd -P -- "$place" && pwd -P) || exit 73
    base=$place/$3 mine=$5
    printf '%s\n' "$1"
    newline='
    '
    owned_by() (set -f; set -- $(ls -ld -- "$1" 2>/dev/null); printf '%s\n' "${3:-an unknown user}")
    distrust() {
      shape=$(ls -ld -- "$base") || return 1
      printf '%s\n' "it belongs to $(owned_by "$base"): $shape" >&2
      exit 77
    }
    bound() {
      count=$(($(find . 2>/dev/null | head -n 1002 | wc -l)))
      [ "$count" -gt 1001 ] || return 0
      first=$(find . ! -name . 2>/dev/null | head -n 1)
      printf '%s\n' "it holds more than 1000 entries, and belongs to $(owned_by .); one of them, $first, to $(owned_by "$first")" >&2
      exit 77
    }
    enter() {
      if [ -h "$base" ]; then distrust || return 1; fi
      if [ -e "$base" ] && [ ! -d "$base" ]; then distrust || return 1; fi
      if ! CDPATH= cd -P -- "$base" 2>/dev/null; then
        if [ -d "$base" ] && [ ! -x "$base" ]; then distrust; fi
        return 1
      fi
      case $(pwd -P 2>/dev/null) in "$base") ;; '') return 1;; *) distrust || return 1;; esac
      bound
    }
    is_number() { case $1 in ''|0?*|*[!0-9]*|???????????*) return 1;; esac; }
    next_word() {
      word=${line%% *}
      case $line in *' '*) line=${line#* };; *) line=;; esac
    }
    load() {
      line=
      if [ -f "$1" ] && [ ! -h "$1" ]; then line=$(head -c 8192 "./$1" 2>/dev/null | tr -d '\000'); fi
      line=${line%%"$newline"*}
      next_word
    }
    look() {
      top=0 lock=- since=0 words= expires=0 state=clean
      for entry in [0-9]*; do
        if is_number "$entry" && [ "$entry" -gt "$top" ]; then top=$entry; fi
      done
      [ "$top" -gt 0 ] || return 0
      load "$top"
      lock=$word; next_word; since=$word; next_word; expires=$word; words=$line
      case $lock in ''|*[!0-9a-f]*) lock=-;; esac
      is_number "$since" || since=0
      is_number "$expires" || expires=0
      read_stamp "$top.$lock"
    }
    read_stamp() {
      if [ -f "$1" ] && [ ! -h "$1" ]; then load "$1"; expires=$word; next_word; state=$word; fi
      is_number "$expires" || expires=0
      [ "$state" = changed ] || state=clean
    }
    stamp() {
      rm -f ".new.$mine.$$"
      (set -C; echo "$2 $3" >".new.$mine.$$") && mv -f ".new.$mine.$$" "$1.$mine"
    }
    say() { printf '%s\n' "$1 $now $expires $state $lock $since $words ." || exit 1; exit 0; }
    lock=- since=0 words= expires=0 state=clean
    now=$(date +%s)
    is_number "$now" || { echo "date +%s says: $now" >&2; exit 70; }

    """#

  /// Takes the lock, unless another request has it.
  ///
  /// - Further arguments: the holder's words, for how many seconds it holds, 1 when something was changed under it, the
  ///   locks that may be taken over in any case, and those that may be taken over when they have expired.
  /// - Says: `granted`, or `taken` with who has it.
  ///
  /// Each is a file whose name is the next number, made by `link`, which only one of many can do; the highest number
  /// holds. Until when, once it was renewed, is in a second file, whose name has the request's ID in it, so that it can
  /// never be taken for another one's. After taking over an expired lock a run looks at it once more, as after renewing
  /// one it looks for a higher number: of the two at least one sees the other.
  static let take =
    common + #"""
      problem= tries=0
      while :; do
        tries=$((tries + 1))
        if [ "$tries" -gt 20 ]; then
          cd / && rmdir "$base" 2>/dev/null
          echo "${problem:-others take it and give it back all the time}" >&2
          exit 73
        fi
        if [ ! -e "$base" ] && [ ! -h "$base" ]; then problem=$( (umask 0; mkdir "$base") 2>&1); fi
        enter || continue
        if [ ! -w . ]; then distrust; fi
        look
        before=$top taken_over=$lock looks_again=0
        if [ "$top" -gt 0 ] && [ "$lock" != "$mine" ]; then
          case " $9 " in *" $lock "*) ;; *)
            case " ${10} " in *" $lock "*) looks_again=1;; *) say taken;; esac
            if [ "$now" -lt "$expires" ]; then say taken; fi;;
          esac
        fi
        wanted=clean
        if [ "$8" = 1 ]; then wanted=changed; fi
        next=$((top + 1))
        if [ "$top" -gt 0 ] && [ "$lock" = "$mine" ]; then next=$top; else
          rm -f ".lock.$mine.$$"
          problem=$( (set -C; echo "$mine $now $((now + $7 + 1)) $6" >".lock.$mine.$$") 2>&1) ||
            { rm -f ".lock.$mine.$$"; cd /; continue; }
          if ln ".lock.$mine.$$" "$next" 2>/dev/null; then rm -f ".lock.$mine.$$"
          else rm -f ".lock.$mine.$$"; cd /; continue; fi
        fi
        if [ "$looks_again" = 1 ]; then
          read_stamp "$before.$taken_over"
          if [ "$now" -lt "$expires" ]; then rm -f "$next"; cd /; continue; fi
        fi
        problem=$(stamp "$next" "$((now + $7 + 1))" "$wanted" 2>&1) || { cd /; continue; }
        for entry in [0-9]*; do
          case $entry in "$next"|"$next.$mine") ;; *) if is_number "${entry%%.*}"; then rm -f "$entry"; fi;; esac
        done
        words=
        say granted
      done
      """#

  /// Extends the lock, if it still holds.
  ///
  /// - Further arguments: for how many seconds it holds from now on, 0 to let it end, and 1 when something was changed.
  /// - Says: `granted`, `taken` with who has it now, or `missing`.
  static let renew =
    common + #"""
      enter || say missing
      look
      if [ "$top" -eq 0 ]; then say missing; fi
      if [ "$lock" != "$mine" ]; then say taken; fi
      until=0 wanted=clean
      if [ "$6" -gt 0 ]; then until=$((now + $6 + 1)); fi
      if [ "$7" = 1 ]; then wanted=changed; fi
      stamp "$top" "$until" "$wanted" || exit 73
      look
      if [ "$top" -eq 0 ]; then say missing; fi
      if [ "$lock" != "$mine" ]; then say taken; fi
      words=
      say granted
      """#

  /// Gives the lock back, and leaves nothing when no other lock is there.
  ///
  /// - Says: `granted`.
  ///
  /// A folder that another user has made can be removed with `sudo` only; without it, it stays, empty.
  static let release =
    common + #"""
      enter || say granted
      for entry in [0-9]*; do
        is_number "$entry" || continue
        load "$entry"
        if [ "$word" = "$mine" ]; then rm -f "$entry" "$entry.$mine"; fi
      done
      look
      if [ "$top" -eq 0 ]; then
        rm -f .new.* .lock.* [0-9]*.*
        cd /
        if ! rmdir "$base" 2>/dev/null && [ "$4" = 1 ] && [ -d "$base" ] && [ -z "$(ls -A "$base")" ]; then
          sudo -n rmdir "$base" 2>/dev/null
        fi
      fi
      words=
      say granted
      """#
}
