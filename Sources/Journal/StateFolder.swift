import Foundation
import Values

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Where the program keeps its lasting data.
public struct StateFolder: Sendable, Hashable {
  /// The environment variable that names the folder.
  public static let environmentVariable = "RUNBOOK_STATE"

  /// The folder's absolute path.
  public let path: String
  /// Where ssh may put its control sockets: the first of these that is short enough.
  private let socketFolders: [String]

  /// The folder that `option` (from `--state`) names, else ``environmentVariable``, else
  /// `$XDG_STATE_HOME/runbook`, else `~/.local/state/runbook`. Relative paths begin at the working folder.
  public init(option: String? = nil, environment: [String: String] = ProcessInfo.processInfo.environment) {
    self.init(option: option, environment: environment, sharedFolderPrefix: "/tmp/runbook-")
  }

  /// As above, with another place for sockets that all users share: the user's ID is added to the prefix.
  init(option: String?, environment: [String: String], sharedFolderPrefix: String) {
    func value(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
    if let named = option ?? value(Self.environmentVariable) {
      path = URL(fileURLWithPath: (named as NSString).expandingTildeInPath).standardizedFileURL.path
    } else if let state = value("XDG_STATE_HOME"), state.hasPrefix("/") {
      // The XDG specification says to ignore relative ones.
      path = (state as NSString).appendingPathComponent("runbook")
    } else {
      path = (value("HOME") ?? NSHomeDirectory()) + "/.local/state/runbook"
    }
    let runtime = value("XDG_RUNTIME_DIR").flatMap { $0.hasPrefix("/") ? $0 + "/runbook" : nil }
    socketFolders = [runtime, "\(sharedFolderPrefix)\(geteuid())"].compactMap(\.self)
  }

  /// Makes the folder, with mode 0700, unless it is there. Fails with ``FailureCode/folderUnusable``, and as ``check()``.
  public func make() throws {
    try PrivateFolder.make(path)
    try check()
  }

  /// Fails with ``FailureCode/folderExposed`` when users other than this one and root could change its files; not when
  /// it is missing.
  public func check() throws {
    try PrivateFolder.check(path)
    // SQLite gives the files that it makes beside a journal the journal's mode.
    for name in ["", "-wal", "-shm"] { try PrivateFolder.check(journalPath + name) }
  }

  /// The journal's file.
  public var journalPath: String { path + "/journal.db" }

  /// The file of the key that seals the journal's secrets.
  public var keyPath: String { path + "/" + KeyFile.standardName }

  /// Makes the folder for ssh's control sockets and returns its path: short, and this user's alone. The path of a
  /// socket is limited to 104 bytes on macOS and 108 on Linux, of which ssh's `%C` and its suffix take 59.
  ///
  /// Fails with ``FailureCode/folderUnusable`` when another user owns it or may enter it.
  public func makeSocketFolder() throws -> String {
    var problem: (any Error)?
    for folder in socketFolders where folder.utf8.count <= 44 {
      do {
        try PrivateFolder.makeGuarded(folder)
        return folder
      } catch { problem = problem ?? error }
    }
    throw problem ?? Failure(.folderUnusable, "there is no folder for ssh's control sockets")
  }
}
