import Foundation
import TestSupport
import Testing
import Values

@testable import Journal

@Suite("Where the state is", .usualTimeLimit)
struct StateFolderTests {
  @Test("the option goes before the variable, that before XDG's, that before the home folder")
  func precedence() {
    var environment = ["HOME": "/home/op", "XDG_STATE_HOME": "/var/state", "RUNBOOK_STATE": "/srv/state"]
    #expect(StateFolder(option: "/opt/state", environment: environment).path == "/opt/state")
    #expect(StateFolder(environment: environment).path == "/srv/state")
    environment["RUNBOOK_STATE"] = ""
    #expect(StateFolder(environment: environment).path == "/var/state/runbook")
    environment["XDG_STATE_HOME"] = "relative/is/ignored"
    #expect(StateFolder(environment: environment).path == "/home/op/.local/state/runbook")
    environment["XDG_STATE_HOME"] = nil
    #expect(StateFolder(environment: environment).path == "/home/op/.local/state/runbook")
  }

  @Test("a relative path begins at the working folder")
  func relative() {
    let folder = FileManager.default.currentDirectoryPath
    #expect(StateFolder(option: "state", environment: [:]).path == folder + "/state")
    #expect(StateFolder(option: "./a/../state/", environment: [:]).path == folder + "/state")
  }

  @Test("the folder is made for its owner alone, and names its files")
  func made() async throws {
    try await withTemporaryFolder { folder in
      let state = StateFolder(option: folder + "/a/b", environment: [:])
      try state.make()
      try state.make()
      #expect(try FileManager.default.attributesOfItem(atPath: state.path)[.posixPermissions] as? Int == 0o700)
      #expect(state.journalPath == state.path + "/journal.db")
      #expect(state.keyPath == state.path + "/journal.key")
    }
  }

  @Test(
    "a folder in which others may write is refused with its owner and what ends it", arguments: [0o777, 0o1777, 0o707])
  func exposed(_ mode: Int) async throws {
    try await withTemporaryFolder { folder in
      let path = folder + "/state"
      let state = StateFolder(option: path, environment: [:])
      try state.check()
      try state.make()
      try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
      for use in [state.make, state.check] {
        let failure = #expect(throws: Failure.self) { try use() }
        #expect(failure?.code == .folderExposed)
        #expect(failure?.cause?.contains("owner \(NSUserName()), mode") == true)
        // A folder that is meant for many, as /tmp, is not to be taken from them.
        let wanted = mode & 0o1000 == 0 ? "chmod go-w \(path)" : "name another state folder"
        #expect(failure?.hint?.contains(wanted) == true && (mode & 0o1000 == 0) == failure?.hint?.contains("chmod"))
      }
      // Nor may others put another folder in its place.
      try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: path)
      try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: folder)
      #expect(throws: Failure.self) { try state.check() }
    }
  }

  @Test("a file in the folder's place is told")
  func fileInPlace() async throws {
    try await withTemporaryFolder { folder in
      try Data().write(to: URL(fileURLWithPath: folder + "/state"))
      let failure = #expect(throws: Failure.self) {
        try StateFolder(option: folder + "/state", environment: [:]).make()
      }
      #expect(failure?.code == .folderUnusable)
    }
  }

  @Test("ssh's sockets go into the user's runtime folder, when its path is short enough")
  func sockets() async throws {
    let runtime = "/tmp/rb-" + UUID().uuidString.prefix(8)
    try FileManager.default.createDirectory(atPath: runtime, withIntermediateDirectories: false)
    defer { try? FileManager.default.removeItem(atPath: runtime) }
    let folder = try StateFolder(option: "/x", environment: ["XDG_RUNTIME_DIR": runtime]).makeSocketFolder()
    #expect(folder == runtime + "/runbook")
    #expect(try FileManager.default.attributesOfItem(atPath: folder)[.posixPermissions] as? Int == 0o700)
    #expect(try StateFolder(option: "/x", environment: ["XDG_RUNTIME_DIR": runtime]).makeSocketFolder() == folder)

    let long = "/tmp/" + String(repeating: "long", count: 20)
    let other = try StateFolder(
      option: "/x", environment: ["XDG_RUNTIME_DIR": long], sharedFolderPrefix: runtime + "/tmp-"
    ).makeSocketFolder()
    #expect(other == runtime + "/tmp-\(geteuid())")
    #expect(!FileManager.default.fileExists(atPath: long))
  }

  @Test("a folder that others may enter, or a link, is not used for sockets")
  func guarded() async throws {
    try await withTemporaryFolder { folder in
      let open = folder + "/open"
      try FileManager.default.createDirectory(
        atPath: open, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o755])
      let entered = #expect(throws: Failure.self) { try PrivateFolder.makeGuarded(open) }
      #expect(entered?.code == .folderUnusable)
      #expect(entered?.cause?.contains("755") == true)

      let link = folder + "/link"
      try FileManager.default.createDirectory(
        atPath: folder + "/target", withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
      try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: folder + "/target")
      #expect(throws: Failure.self) { try PrivateFolder.makeGuarded(link) }
      #expect(throws: Failure.self) { try PrivateFolder.makeGuarded(folder + "/missing/folder") }
    }
  }

  @Test(
    "another user's folder is not used for sockets", .enabled(if: geteuid() == 0, "giving a folder away needs root"))
  func others() async throws {
    try await withTemporaryFolder { folder in
      let path = folder + "/theirs"
      try FileManager.default.createDirectory(
        atPath: path, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
      #expect(chown(path, 65_534, 65_534) == 0)
      let failure = #expect(throws: Failure.self) { try PrivateFolder.makeGuarded(path) }
      #expect(failure?.cause?.contains("65534") == true)
    }
  }
}
