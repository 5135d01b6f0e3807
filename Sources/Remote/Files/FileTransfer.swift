import Glibc
import SystemPackage
import Values

/// Copies files of any size between this machine and a host. Readers of the target see either the old contents or the
/// new, also when the connection is lost; it is on the disk before that is reported; a copy whose digest is not the
/// original's never becomes the target. A target that has the contents already is left alone.
package struct FileTransfer: Sendable {
  private let transport: any Transport
  private let sudo: Bool
  private let here: LocalTransport
  private var host: String { transport.host.name }

  /// Reaches a host's files.
  ///
  /// - Parameter sudo: Whether to read and write there as root.
  package init(_ transport: any Transport, sudo: Bool = false) {
    self.transport = transport
    self.sudo = sudo
    here = LocalTransport(host: HostSpec(name: "this machine", isLocal: true))
  }

  /// What a copy came to.
  package struct Outcome: Sendable, Hashable {
    /// The file's size and digest.
    package var digest: FileDigest
    /// Whether there was something to copy.
    package var isChanged: Bool
  }

  /// Copies a file of this machine to a host.
  ///
  /// - Parameters:
  ///   - local: The absolute path here.
  ///   - path: The absolute path there. Its folder must be there; a symbolic link is replaced and not followed.
  ///   - mode: The permissions there, for example `0o644`.
  /// - Throws: A `Failure` `file.not_found`, `file.permission`, `file.no_space`, `file.damaged` or `file.failed`, or
  ///   the transport's.
  package func upload(_ local: String, to path: String, mode: UInt16) async throws -> Outcome {
    var digest = try await FileDigest.read(local, on: here, sudo: false)
    let digits = String(mode & 0o7777, radix: 8)
    let sight = try await run(
      Self.looking, [path, digest.method.rawValue, "\(digest.size)", digest.text, digits], verb: "look for", path,
      timeout: OwnExchange.reading)
    switch sight.text {
    case "same": return Outcome(digest: digest, isChanged: false)
    case "cksum": digest = try await FileDigest.read(local, on: here, method: .cksum, sudo: false)
    default: break
    }
    _ = try await run(
      Self.receiving, [path, digest.method.rawValue, "\(digest.size)", digest.text, digits], verb: "write", path,
      timeout: OwnExchange.copying(digest.size), input: local)
    return Outcome(digest: digest, isChanged: true)
  }

  /// Copies a host's file to this machine.
  ///
  /// - Parameters:
  ///   - path: The absolute path there.
  ///   - local: The absolute path here.
  ///   - mode: The permissions here.
  /// - Throws: As ``upload(_:to:mode:)``.
  package func download(_ path: String, to local: String, mode: UInt16 = 0o600) async throws -> Outcome {
    let digest = try await FileDigest.read(path, on: transport, sudo: sudo)
    if access(local, F_OK) == 0,
      try await FileDigest.read(local, on: here, method: digest.method, sudo: false) == digest
    {
      try await atHome(FlushScript.script, [local], local)
      return Outcome(digest: digest, isChanged: false)
    }
    // Moving within a folder is atomic.
    let folder = FilePath(local).removingLastComponent()
    let temporary = folder.appending(".runbook-\(ControlFolder.randomName())").string
    var isDone = false
    defer { if !isDone { unlink(temporary) } }
    _ = try await run(
      Self.sending, [path], verb: "read", path, timeout: OwnExchange.copying(digest.size), output: temporary)
    guard try await FileDigest.read(temporary, on: here, method: digest.method, sudo: false) == digest else {
      throw Failure(
        .fileDamaged, "the copy of \(path) differs from the host's file", host: host,
        cause: "the digests differ",
        hint: "check whether the file is being written, then try again; nothing was replaced",
        isRetryable: true)
    }
    try await atHome(Self.placing, [temporary, String(mode & 0o7777, radix: 8), local], local)
    isDone = true
    return Outcome(digest: digest, isChanged: true)
  }

  /// What comes before each script.
  static let preamble = RemoteFiles.preamble + FileDigest.functions + "\n"

  static let sending = #"exec cat <"$1""#

  // Only a file of the same size is worth a digest. The program that wrote the same one may have died before it was on
  // the disk.
  static let looking =
    FlushScript.function + #"""
      path=$1; method=$2
      [ "$(method)" = "$method" ] || method=cksum
      if [ "$method" = "$2" ] && [ -f "$path" ] && [ ! -h "$path" ] && [ "$(size <"$path")" = "$3" ] &&
        [ "$(digest "$method" <"$path")" = "$4" ] && [ -n "$(find "$path" -prune -perm "$5")" ]
      then flush "$path" "$(dirname -- "$path")" && echo same; else echo "$method"; fi
      """#

  static let receiving =
    FlushScript.placing + #"""
      set -e
      if [ -d "$1" ]; then echo "$1: Is a directory" >&2; exit 1; fi
      umask 077
      temporary=$(mktemp -- "$(dirname -- "$1")/.runbook.XXXXXX")
      trap 'rm -f -- "$temporary"' EXIT
      trap 'exit 1' HUP INT TERM PIPE
      cat >"$temporary"
      if [ "$(size <"$temporary")" != "$3" ] || [ "$(digest "$2" <"$temporary")" != "$4" ]; then
        echo "the contents did not arrive whole" >&2; exit 1
      fi
      place "$temporary" "$5" "$1"
      """#

  // On this machine: the arguments are the file that has arrived, its mode, and its place.
  static let placing = FlushScript.placing + #"set -e; place "$@""#

  /// Runs a script on this machine that brings a file to the disk.
  private func atHome(_ script: String, _ arguments: [String], _ path: String) async throws {
    let result = try await here.run(.shell(RemoteFiles.preamble + script, arguments: arguments))
    if result.isSuccess { return }
    throw FileFailure.describe(result, verb: "write", path: path, host: here.host.name, sudo: true)
  }

  private func run(
    _ script: String, _ arguments: [String], verb: String, _ path: String, timeout: Duration,
    input: String? = nil, output: String? = nil
  ) async throws -> CommandResult {
    var command = RemoteCommand.shell(
      Self.preamble + script, arguments: arguments, sudo: sudo)
    command.timeout = timeout
    command.inputFile = input
    command.outputFile = output
    do {
      let result = try await transport.run(command)
      if result.isSuccess { return result }
      throw FileFailure.describe(result, verb: verb, path: path, host: host, sudo: sudo)
    } catch let error as Errno {
      throw Failure(
        error == .noSuchFileOrDirectory ? .fileNotFound : error == .permissionDenied ? .filePermission : .fileFailed,
        "could not \(output == nil ? "read" : "write into the folder of") \(input ?? output ?? path) on this machine",
        cause: "\(error)")
    }
  }
}

/// The size and digest of a file, as the tools of its machine report them.
package struct FileDigest: Sendable, Hashable {
  /// What a digest is made with.
  package enum Method: String, Sendable, Hashable {
    /// SHA-256 in hexadecimal, by sha256sum, openssl or shasum.
    case sha256
    /// POSIX's cksum, for machines that have none of these: finds damage, not malice.
    case cksum
  }

  /// The bytes in it.
  package var size: Int64
  /// What the digest is made with.
  package var method: Method
  /// The digest.
  package var text: String
}

extension FileDigest {
  /// Shell functions: `method` names the best that the machine has, `digest METHOD <FILE` and `size <FILE` do the work.
  static let functions = #"""
    has() { command -v "$1" >/dev/null 2>&1; }
    method() { if has sha256sum || has openssl || has shasum; then echo sha256; else echo cksum; fi; }
    size() { wc -c | tr -d ' '; }
    digest() {
      if [ "$1" = cksum ]; then cksum | cut -d ' ' -f 1
      elif has sha256sum; then sha256sum | cut -c 1-64
      elif has openssl; then openssl dgst -sha256 -r | cut -c 1-64
      else shasum -a 256 | cut -c 1-64; fi
    }
    """#

  static let telling = #"""

    if [ -d "$1" ]; then echo "$1: Is a directory" >&2; exit 1; fi
    exec 3<"$1" || exit 1
    method=${2:-$(method)}
    size=$(size <"$1") || exit 1
    echo "$method $size $(digest "$method" <&3)"
    """#

  /// Reads a file's digest on a machine; see ``FileTransfer`` for errors.
  ///
  /// - Parameter method: What to make it with; the best that the machine has when it is left out.
  static func read(_ path: String, on transport: any Transport, method: Method? = nil, sudo: Bool) async throws
    -> FileDigest
  {
    let result = try await transport.run(
      .shell(
        RemoteFiles.preamble + functions + telling, arguments: [path, method?.rawValue ?? ""], sudo: sudo,
        timeout: OwnExchange.reading))
    let words = result.text.split(separator: " ").map(String.init)
    guard result.isSuccess, words.count == 3, let method = Method(rawValue: words[0]), let size = Int64(words[1]) else {
      throw FileFailure.describe(result, verb: "read", path: path, host: transport.host.name, sudo: sudo)
    }
    return FileDigest(size: size, method: method, text: words[2])
  }
}
