import Glibc
import NIOCore
import NIOPosix
import Values

/// Turns what a socket says on connecting into a failure with a code and a hint.
enum ConnectFailure {
  static func describe(_ error: any Error, endpoint: String) -> any Error {
    if error is CancellationError || error is Failure { return error }
    let cause = words(of: error)
    switch errno(in: error) {
    case ENOENT:
      return Failure(
        .engineAbsent, "there is no Docker engine at \(endpoint)", cause: cause,
        hint: "install Docker or start it: systemctl start docker", isRetryable: true)
    case ECONNREFUSED:
      return Failure(
        .engineAbsent, "nothing listens at \(endpoint)", cause: cause,
        hint: "start the engine: systemctl start docker", isRetryable: true)
    case EACCES, EPERM:
      return Failure(
        .enginePermissionDenied, "this user may not use the Docker engine at \(endpoint)", cause: cause,
        hint: "add the user to the docker group, or set sudo: true in the inventory")
    default:
      return Failure(
        .engineUnreachable, "the Docker engine at \(endpoint) can't be reached", cause: cause,
        hint: "check the address, the network and the firewall", isRetryable: true)
    }
  }

  private static func errno(in error: any Error) -> CInt? {
    switch error {
    case let error as IOError: error.errnoCode
    case let error as NIOConnectionError:
      error.connectionErrors.lazy.compactMap { ($0.error as? IOError)?.errnoCode }.first
    default: nil
    }
  }

  private static func words(of error: any Error) -> String {
    switch error {
    case let error as IOError: String(cString: strerror(error.errnoCode))
    case let error as NIOConnectionError:
      if let first = error.connectionErrors.first {
        words(of: first.error)
      } else {
        "\(error.host): no such host"
      }
    case ChannelError.connectTimeout: "no answer in time"
    default: String(describing: error)
    }
  }
}
