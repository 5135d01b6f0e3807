import SystemPackage
import Values

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Two connected sockets, neither of which is passed on to a child by accident.
struct SocketPair {
  let ours: FileDescriptor
  let childs: FileDescriptor

  init(host: String) throws {
    var descriptors: [Int32] = [-1, -1]
    #if canImport(Glibc)
      let made = socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0, &descriptors)
    #else
      let made = socketpair(AF_UNIX, SOCK_STREAM, 0, &descriptors)
    #endif
    guard made == 0 else {
      throw Failure(
        .commandNotStarted, "a socket could not be created", host: host, cause: "\(Errno(rawValue: errno))",
        isRetryable: true)
    }
    #if !canImport(Glibc)
      for descriptor in descriptors { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
    #endif
    ours = FileDescriptor(rawValue: descriptors[0])
    childs = FileDescriptor(rawValue: descriptors[1])
  }
}
