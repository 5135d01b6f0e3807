import Foundation
import Glibc
import LocalFiles
import Values

/// Where the program keeps its lasting data.
package struct StateFolder: Sendable, Hashable {
  /// The environment variable that names the folder.
  package static let environmentVariable = "RUNBOOK_STATE"

  /// The folder's absolute path.
  package let path: String
  /// Where ssh may put its control sockets: the first of these that is short enough.
  private let socketFolders: [String]

  /// The folder that `option` (from `--state`) names, else ``environmentVariable``, else
  /// `$XDG_STATE_HOME/runbook`, else `~/.local/state/runbook`. Relative paths begin at the working folder.
  package init(option: String? = nil, environment: [String: String] = ProcessInfo.processInfo.environment) {
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
  package func make() throws {
    try PrivateFolder.make(path)
    try check()
  }

  /// Fails with ``FailureCode/folderExposed`` when users other than this one and root could change its files; not when
  /// it is missing.
  package func check() throws {
    try PrivateFolder.check(path)
    // SQLite gives the files that it makes beside a journal the journal's mode.
    for name in ["", "-wal", "-shm"] { try PrivateFolder.check(journalPath + name) }
  }

  /// The journal's file.
  package var journalPath: String { path + "/journal.db" }

  /// The file of the key that seals the journal's secrets.
  package var keyPath: String { path + "/" + KeyFile.standardName }

  /// Makes the folder for ssh's control sockets and returns its path: short, and this user's alone. The path of a
  /// socket is limited to 104 bytes on macOS and 108 on Linux, of which ssh's `%C` and its suffix take 59.
  ///
  /// Fails with ``FailureCode/folderUnusable`` when another user owns it or may enter it.
  package func makeSocketFolder() throws -> String {
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

/// Folders that only their owner can use.
enum PrivateFolder {
  /// Makes the folder with mode 0700, and those above it, on the disk. One that is there is left as it is.
  static func make(_ path: String) throws {
    if path.isEmpty { return }
    do { try DurableFile.makeFolder(path, mode: 0o700) } catch let problem as LocalFileProblem {
      throw unusable(problem.path, problem.error == ENOTDIR ? "it is not a folder" : problem.cause)
    }
  }

  /// Refuses a folder whose files other users could change, now or by replacing them, and a file that other users could
  /// change. A missing file or folder is accepted.
  static func check(_ path: String) throws {
    do {
      guard let exposure = try FileExposure.find(onTheWayTo: path, isOwn: true) else { return }
      throw Failure(
        .folderExposed, "\(path), where the state of runs is kept, can be changed by others", cause: exposure.words,
        hint: exposure.isShared
          ? "name another state folder with --state: every user may write to \(exposure.path)"
          : "if no other user has written there: \(exposure.remedy); or name another state folder with --state")
    } catch let problem as LocalFileProblem { throw unusable(problem.path, problem.cause) }
  }

  /// Makes the folder with mode 0700 unless it is there, and refuses one that others own or may enter, or a link to
  /// one: in a place like /tmp any user could have put it there.
  static func makeGuarded(_ path: String) throws {
    guard mkdir(path, 0o700) == 0 || errno == EEXIST else { throw unusable(path, String(cString: strerror(errno))) }
    var status = stat()
    guard lstat(path, &status) == 0 else { throw unusable(path, String(cString: strerror(errno))) }
    guard status.st_mode & S_IFMT == S_IFDIR else { throw unusable(path, "it is not a folder") }
    guard status.st_uid == geteuid() else { throw unusable(path, "it belongs to user \(status.st_uid)") }
    guard status.st_mode & 0o077 == 0 else {
      throw unusable(path, "others may enter it: mode \(String(status.st_mode & 0o777, radix: 8))")
    }
  }

  private static func unusable(_ path: String, _ cause: String) -> Failure {
    Failure(
      .folderUnusable, "the folder \(path) can't be used", cause: cause,
      hint: "check its owner and its mode (it must be 700), or name another state folder with --state")
  }
}

extension FailureCode {
  /// A folder of the program's state can't be made, or other users can use it.
  package static let folderUnusable: FailureCode = "state.folder_unusable"
  /// Other users could change files in the state folder.
  package static let folderExposed: FailureCode = "state.folder_exposed"
}
