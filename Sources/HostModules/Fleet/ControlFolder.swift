#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Where ssh keeps the sockets of its kept connections: a short path, of this user alone.
enum ControlFolder {
  /// `$XDG_RUNTIME_DIR/runbook`, else one of the user's own below `/tmp`, because a socket's path must be short.
  static var standard: String {
    if let folder = getenv("XDG_RUNTIME_DIR").map({ String(cString: $0) }), folder.hasPrefix("/"),
      folder.utf8.count < 40, access(folder, W_OK) == 0
    {
      return folder + "/runbook"
    }
    return "/tmp/runbook-\(geteuid())"
  }
}
