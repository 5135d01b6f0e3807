import Glibc
import SystemPackage
import Values

/// A TCP connection that a host opens on our behalf, because only that host can reach the address, or because what
/// matters is what that host sees.
///
/// The host's own bash, nc or busybox carries the bytes; sshd need not allow forwarding.
package enum Tunnel {
  /// Opens one connection from the transport's host. The stream's socket is its end here; closing it ends the
  /// connection.
  ///
  /// - Parameters:
  ///   - address: An address, or a name that the host can resolve.
  /// - Throws: A `Failure` `tunnel.invalid`, or what the transport throws. ``failure(of:to:_:)`` reports
  ///   that the address can't be reached when the stream has ended.
  package static func open(_ address: String, _ port: Int, from transport: some Transport) async throws -> CommandStream
  {
    guard (1...65535).contains(port), !address.isEmpty, !address.hasPrefix("-") else {
      throw Failure(
        .tunnelInvalid, "\(address):\(port) is not a valid host:port", host: transport.host.name,
        hint: "give an address and a port from 1 to 65535")
    }
    return try await transport.openStream(.shell(script, arguments: [address, "\(port)"]))
  }

  /// Why a stream of ``open(_:_:from:)`` ended, when it did not end well.
  package static func failure(of end: CommandTermination, to address: String, _ port: Int) -> Failure? {
    if let failure = end.failure { return failure }
    guard end.status != 0 else { return nil }
    let place = "\(address):\(port)"
    if end.status == 69 {
      return Failure(
        .tunnelMissing, "the host has no program that opens a connection to \(place)",
        cause: "none of bash 4.3, nc and busybox", hint: "install one of them on the host")
    }
    let words = end.errorText.split(whereSeparator: \.isNewline).first.map(String.init)
    return Failure(
      .tunnelRefused, "the host can't open a connection to \(place)",
      cause: words ?? "the connection ended with exit code \(end.status)",
      hint: "check that something listens there and that no firewall is in between", isRetryable: true)
  }

  // `wait -n`, which ends both directions when one has ended, came with bash 4.3.
  static let script = #"""
    LC_ALL=C; export LC_ALL
    has() { command -v "$1" >/dev/null 2>&1; }
    if has bash && { bash -c 'wait -n' 2>/dev/null; [ $? -ne 2 ]; }; then
      exec bash -c 'exec 4<&0 3<>"/dev/tcp/$1/$2" || exit 1
        cat <&3 & cat <&4 >&3 2>/dev/null & wait -n; kill $(jobs -p) 2>/dev/null; exit 0' bash "$1" "$2"
    elif has nc; then exec nc "$1" "$2"
    elif has busybox; then exec busybox nc "$1" "$2"
    else exit 69
    fi
    """#
}

/// Two connected sockets, neither of which is passed on to a child by accident.
struct SocketPair {
  let ours: FileDescriptor
  let childs: FileDescriptor

  init(host: String) throws {
    var descriptors: [Int32] = [-1, -1]
    let made = socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0, &descriptors)
    guard made == 0 else {
      throw Failure(
        .commandNotStarted, "a socket could not be created", host: host, cause: "\(Errno(rawValue: errno))",
        isRetryable: true)
    }
    ours = FileDescriptor(rawValue: descriptors[0])
    childs = FileDescriptor(rawValue: descriptors[1])
  }
}

enum BrokenPipe {
  /// Makes a write to a child that has ended an error of that write, where it would end this whole program.
  static let ignore: Void = { _ = signal(SIGPIPE, SIG_IGN) }()
}
