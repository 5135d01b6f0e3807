import Subprocess

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The environment of every program that this one starts.
enum ChildEnvironment {
  /// What no other program is to see: the key that opens the journal's secrets.
  private static let own = ["RUNBOOK_KEY"]

  /// This program's environment without what is its own, and with a `SHELL` that works: ssh runs the commands of its
  /// configuration with it, and for a service's user it is often one that runs none.
  static let inherited: Environment = {
    var changes: [Environment.Key: String?] = [:]
    for name in own { changes.updateValue(nil, forKey: Environment.Key(stringLiteral: name)) }
    let shell = getenv("SHELL").map { String(cString: $0) } ?? ""
    if shell.hasSuffix("/nologin") || shell.hasSuffix("/false") { changes["SHELL"] = "/bin/sh" }
    return .inherit.updating(changes)
  }()
}
