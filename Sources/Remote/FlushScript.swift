/// What brings files of a host to its disk.
enum FlushScript {
  /// A shell function: `flush FILE FOLDER` returns when both are on the disk, and fails when that fails.
  ///
  /// Older and smaller versions of `sync` take no files and bring everything there. What may be written need not be
  /// readable, and some file systems can't do it for one file: then everything is brought there as well.
  static let function = #"""
    flush() {
      message=$(LC_ALL=C sync -- "$@" 2>&1) && return
      case $message in
        *"Permission denied"*|*"Invalid argument"*|*"not supported"*|*"not implemented"*) sync;;
        *) printf '%s\n' "$message" >&2; return 1;;
      esac
    }

    """#

  /// A shell function beside it: `place FILE MODE TARGET` gives a whole file its mode and its name, in this order on the
  /// disk, and is to be called under `set -e`. Moving within a folder is atomic.
  static let placing =
    function + #"""
      place() {
        chmod -- "$2" "$1"
        flush "$1"
        if [ -d "$3" ]; then echo "$3: Is a directory" >&2; exit 1; fi
        mv -f -- "$1" "$3"
        flush "$(dirname -- "$3")"
      }

      """#

  /// Brings a file that is there, `$1`, and its name to the disk.
  static let script = function + #"flush "$1" "$(dirname -- "$1")""#
}
