import Subprocess

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// ssh runs the commands of its configuration with `$SHELL`, which for a service's user is often one that runs none.
enum UsableShell {
  /// This program's environment, with a `SHELL` that works.
  static let environment: Environment = {
    guard let shell = getenv("SHELL").map({ String(cString: $0) }) else { return .inherit }
    let runsNothing = shell.hasSuffix("/nologin") || shell.hasSuffix("/false")
    return runsNothing ? .inherit.updating(["SHELL": "/bin/sh"]) : .inherit
  }()
}
