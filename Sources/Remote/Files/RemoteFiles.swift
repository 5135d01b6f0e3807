import Values

/// Small files of a host. Their contents travel over standard input and output, so they may be secret.
package struct RemoteFiles: Sendable {
  private let transport: any Transport
  private let sudo: Bool

  /// Reaches a host's files.
  ///
  /// - Parameter sudo: Whether to read and write as root.
  package init(_ transport: any Transport, sudo: Bool = false) {
    self.transport = transport
    self.sudo = sudo
  }

  /// The contents of a file.
  ///
  /// - Parameter limit: The most bytes that are read; a larger file is an error.
  /// - Throws: A `Failure` `file.not_found`, `file.permission`, `file.too_large` or `file.failed`, or the transport's.
  package func read(_ path: String, limit: Int = 1024 * 1024) async throws -> [UInt8] {
    let result = try await run(Self.reading, path, ["\(limit + 1)"], verb: "read")
    guard result.stdout.count <= limit else {
      throw Failure(.fileTooLarge, "\(path) is larger than \(limit) bytes", host: transport.host.name)
    }
    return result.stdout
  }

  /// Writes a file as a whole: readers see either the old contents or the new, also when the connection is lost. It is
  /// on the host's disk on return.
  ///
  /// What it replaces keeps neither its owner nor its mode; a symbolic link is replaced and not followed.
  /// - Parameter mode: The new file's permissions, for example `0o600`.
  /// - Throws: As ``read(_:limit:)``.
  package func write(_ contents: [UInt8], to path: String, mode: UInt16) async throws {
    let digits = String(mode & 0o7777, radix: 8)
    _ = try await run(Self.writing, path, ["\(contents.count)", digits], stdin: contents, verb: "write")
  }

  /// Brings an existing file to the host's disk, with its name: the program that wrote it may have died before that.
  ///
  /// - Throws: As ``read(_:limit:)``.
  package func flush(_ path: String) async throws {
    _ = try await run(FlushScript.script, path, [], verb: "bring to the disk")
  }

  /// Whether there is something at that path. A symbolic link counts as what it points to.
  package func exists(_ path: String) async throws -> Bool {
    // `test` says no as well when a folder on the way may not be entered; then it is not known.
    let result = try await run(Self.looking, path, [], verb: "look for")
    return result.text == "yes"
  }

  /// Removes a file, or a symbolic link and not what it points to. On return the host's disk knows it too.
  ///
  /// - Returns: Whether there was something to remove.
  /// - Throws: As ``read(_:limit:)``; a folder is not removed.
  package func remove(_ path: String) async throws -> Bool {
    try await run(Self.removing, path, [], verb: "remove").text == "removed"
  }

  /// The SHA-256 of a file's contents, as 64 hexadecimal digits.
  package func sha256(_ path: String) async throws -> String {
    let result = try await run(Self.digesting, path, [], verb: "read")
    let digest = result.text.split(separator: " ").map(String.init).first { word in
      word.count == 64 && word.allSatisfy(\.isHexDigit)
    }
    guard let digest else {
      throw Failure(
        .fileFailed, "the digest of \(path) could not be read", host: transport.host.name,
        cause: String(result.text.prefix(200)))
    }
    return digest.lowercased()
  }

  /// What comes before each script: the words of the tools are recognised.
  static let preamble = "LC_ALL=C; export LC_ALL\n"

  static let reading = #"exec 3<"$1" || exit 1; head -c "$2" <&3"#

  // The count distinguishes whole contents from those that were cut off with the connection.
  static let writing =
    FlushScript.placing + #"""
      set -e
      if [ -d "$1" ]; then echo "$1: Is a directory" >&2; exit 1; fi
      umask 077
      temporary=$(mktemp -- "$(dirname -- "$1")/.runbook.XXXXXX")
      trap 'rm -f -- "$temporary"' EXIT
      trap 'exit 1' HUP INT TERM PIPE
      cat >"$temporary"
      if [ "$(wc -c <"$temporary")" -ne "$2" ]; then echo "the contents did not arrive whole" >&2; exit 1; fi
      place "$temporary" "$3" "$1"
      """#

  static let looking = #"""
    if [ -e "$1" ]; then echo yes; exit 0; fi
    message=$(ls -d -L -- "$1" 2>&1) && { echo yes; exit 0; }
    case $message in *"No such file"*|*"Not a directory"*) echo no;; *) echo "$message" >&2; exit 1;; esac
    """#

  // Also when it is gone already: the program that removed it may have died before the disk knew.
  static let removing =
    FlushScript.function + #"""
      folder=$(dirname -- "$1")
      if [ -d "$1" ] && [ ! -h "$1" ]; then echo "$1: Is a directory" >&2; exit 1; fi
      message=$(ls -d -- "$1" 2>&1) && { rm -f -- "$1" && flush "$folder" && echo removed; exit; }
      case $message in *"No such file"*|*"Not a directory"*) ;; *) echo "$message" >&2; exit 1;; esac
      if [ -d "$folder" ]; then flush "$folder"; fi
      """#

  static let digesting = #"""
    exec 3<"$1" || exit 1
    if command -v sha256sum >/dev/null 2>&1; then sha256sum <&3
    elif command -v openssl >/dev/null 2>&1; then openssl dgst -sha256 -r <&3
    else shasum -a 256 <&3; fi
    """#

  private func run(
    _ script: String, _ path: String, _ arguments: [String], stdin: [UInt8] = [], verb: String
  ) async throws -> CommandResult {
    var command = RemoteCommand.shell(
      Self.preamble + script, arguments: [path] + arguments, sudo: sudo, stdin: stdin)
    if script == Self.digesting { command.timeout = OwnExchange.reading } else { command.silence = OwnExchange.silence }
    let result = try await transport.run(command)
    if result.isSuccess { return result }
    throw FileFailure.describe(result, verb: verb, path: path, host: transport.host.name, sudo: sudo)
  }
}

/// Turns a shell's words about a file into a failure that an operator can act on.
enum FileFailure {
  static func describe(_ result: CommandResult, verb: String, path: String, host: String, sudo: Bool) -> Failure {
    // Only the last line: sshd and the log-in shell may have complained about something else before.
    let words = result.errorText.split(whereSeparator: \.isNewline).last.map(String.init) ?? ""
    let code: FailureCode =
      if words.contains("No such file") || words.contains("nonexistent directory") || words.contains("Not a directory")
      {
        .fileNotFound
      } else if words.contains("Permission denied") || words.contains("Operation not permitted") {
        .filePermission
      } else if words.contains("No space left") {
        .fileNoSpace
      } else if words.contains("did not arrive whole") {
        .fileDamaged
      } else {
        .fileFailed
      }
    let hint: String? =
      switch code {
      case .filePermission where !sudo: "add `sudo: true` for this host in the inventory where root is needed"
      case .fileNoSpace: "make room on the host: df -h"
      case .fileDamaged: "nothing was replaced; try again"
      case .fileFailed where words.hasPrefix("sync:") || words.contains("sync: "):
        "look at the kernel's messages there (dmesg), then resume: the file may not be on the disk"
      default: nil
      }
    return Failure(
      code, "could not \(verb) \(path)", host: host, cause: String(words.prefix(500)), hint: hint,
      isRetryable: code == .fileDamaged)
  }
}
