import Glibc
import SystemPackage
import Values

/// The private folder in which the sockets of open connections are.
struct ControlFolder {
  let path: String

  /// A socket's path must fit into 104 bytes on every system, and ssh adds 17 of its own while it makes one.
  private static let longestPath = 104 - 1 - 17 - 1 - socketNameLength
  private static let socketNameLength = 18

  /// Makes the folder when it does not exist, and checks that no one else can reach into it.
  static func prepare(_ path: String, host: String) throws -> ControlFolder {
    func failure(_ message: String, cause: String? = nil, hint: String? = nil) -> Failure {
      Failure(.sshControlFolder, message, host: host, cause: cause, hint: hint)
    }
    guard path.hasPrefix("/"), !path.contains("${"), !path.utf8.contains(0) else {
      throw failure("the folder for connection sockets, \(path), has no usable name")
    }
    guard path.utf8.count <= longestPath else {
      throw failure(
        "the name of the folder for connection sockets, \(path), is too long",
        hint: "use one of at most \(longestPath) bytes, for example in $XDG_RUNTIME_DIR")
    }
    if mkdir(path, 0o700) != 0, errno != EEXIST {
      throw failure("the folder \(path) could not be created", cause: "\(Errno(rawValue: errno))")
    }
    var status = stat()
    guard lstat(path, &status) == 0 else {
      throw failure("the folder \(path) can't be used", cause: "\(Errno(rawValue: errno))")
    }
    guard status.st_mode & S_IFMT == S_IFDIR, status.st_uid == geteuid(), status.st_mode & 0o077 == 0 else {
      throw failure(
        "the folder \(path) is not private: others could use the connections",
        hint: "check it with `ls -ld \(ShellQuoting.quote([path]))`: it must be yours, with mode 0700")
    }
    return ControlFolder(path: path)
  }

  /// A path for a socket that is not in use.
  func newSocketPath() -> String { "\(path)/\(Self.randomName())" }

  static func randomName() -> String {
    let digits = String(UInt64.random(in: .min ... .max), radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
