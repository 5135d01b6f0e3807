import Values

/// What a simulated host is besides its engine: its files, the jobs that were left on it, who may change it.
struct Machine: Sendable {
  /// A file.
  struct File: Sendable, Hashable {
    var contents: [UInt8]
    var mode: UInt16 = 0o644
  }

  /// A command that was left on the host. Here it has ended as soon as it began.
  struct Job: Sendable {
    var stdout: [UInt8]
    var stderr: [UInt8]
    var status: Int32
  }

  /// Who may change the host; see `HostLock`.
  struct Lock: Sendable {
    var id: String
    var since: Int64
    var expires: Int64
    var hasChanged: Bool
    var words: String
  }

  /// By their absolute paths.
  var files: [String: File] = [:]
  /// Folders that hold nothing; others are there because something is in them.
  var folders: Set<String> = ["/tmp", "/var/tmp", "/root", "/home", "/etc", "/opt", "/var/lib/docker"]
  /// By run and name.
  var jobs: [String: [String: Job]] = [:]
  /// The mark of each run's folder of jobs.
  var jobMarks: [String: String] = [:]
  /// When the certificate ends that its node has at the world's beginning, in seconds since 1970, where the world says so.
  var firstCertificate: (node: String, ends: Double)?
  /// The root certificate that signed the node's.
  var certificateRoot: String?
  /// When it was issued.
  var certificateIssuedAt: Double?
  /// What was saved of the engine's swarm when it was stopped last.
  var stateAtStop: [UInt8]?
  /// Whether the engine's swarm folder was there then.
  var hadStateAtStop = false
  /// By place and name.
  var locks: [String: Lock] = [:]

  /// Whether there is a folder.
  func isFolder(_ path: String) -> Bool {
    path == "/" || folders.contains(path) || files.keys.contains { $0.hasPrefix(path + "/") }
      || folders.contains { $0.hasPrefix(path + "/") }
  }
}

/// How paths are written.
enum MachinePath {
  /// The absolute path without `.`, `..` and doubled slashes; of a relative one below a folder.
  static func absolute(_ path: String, in folder: String?) -> String {
    let whole = path.hasPrefix("/") ? path : (folder ?? "/root") + "/" + path
    var parts: [Substring] = []
    for part in whole.split(separator: "/") where part != "." {
      if part == ".." { _ = parts.popLast() } else { parts.append(part) }
    }
    return "/" + parts.joined(separator: "/")
  }

  /// The folder that something is in.
  static func folder(of path: String) -> String {
    let parts = path.split(separator: "/").dropLast()
    return "/" + parts.joined(separator: "/")
  }
}
