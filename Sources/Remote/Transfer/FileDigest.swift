/// The size and digest of a file, as the tools of its machine report them.
public struct FileDigest: Sendable, Hashable {
  /// What a digest is made with.
  public enum Method: String, Sendable, Hashable {
    /// SHA-256 in hexadecimal, by sha256sum, openssl or shasum.
    case sha256
    /// POSIX's cksum, for machines that have none of these: finds damage, not malice.
    case cksum
  }

  /// The bytes in it.
  public var size: Int64
  /// What the digest is made with.
  public var method: Method
  /// The digest.
  public var text: String
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
