import Foundation
import LocalFiles
import TestSupport
import Testing

@Suite("Who else could change a file", .usualTimeLimit)
struct FileExposureTests {
  /// A folder of this user alone, with what is asked for in it, by path, and its mode.
  private func withTree(
    _ entries: KeyValuePairs<String, Int>, _ body: (String) throws -> Void
  ) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "exposure-\(UUID().uuidString)").path
    let files = FileManager.default
    try files.createDirectory(
      atPath: folder, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o755])
    defer { try? files.removeItem(atPath: folder) }
    for (name, mode) in entries {
      let path = "\(folder)/\(name)"
      if name.hasSuffix("/") {
        try files.createDirectory(atPath: path, withIntermediateDirectories: false)
      } else {
        #expect(files.createFile(atPath: path, contents: Data()))
      }
      #expect(chmod(path, mode_t(mode)) == 0)
    }
    try body(URL(filePath: folder).resolvingSymlinksInPath().path)
  }

  @Test("a file that only its owner writes, in a folder that only its owner writes, is fine")
  func own() throws {
    try withTree(["a/": 0o755, "a/x.lua": 0o644]) { (folder: String) throws in
      #expect(try FileExposure.find(onTheWayTo: folder + "/a/x.lua") == nil)
      #expect(try FileExposure.find(onTheWayTo: folder + "/a/../a/./x.lua") == nil)
      #expect(try FileExposure.find(onTheWayTo: folder + "/a/missing/x.lua") == nil)
    }
  }

  @Test("a file, or a folder above it, that everybody may write is named with owner, mode and what ends it")
  func everybody() throws {
    try withTree(["open file": 0o646, "open/": 0o777, "open/below/": 0o755, "open/below/x.lua": 0o644]) {
      (folder: String) throws in
      let file = try #require(try FileExposure.find(onTheWayTo: folder + "/open file"))
      #expect(file.cause == .everybody && !file.isFolder)
      #expect(file.remedy == "chmod go-w '\(folder)/open file'")
      let above = try #require(try FileExposure.find(onTheWayTo: folder + "/open/below/x.lua"))
      #expect(above.isFolder && above.path == folder + "/open")
      #expect(above.words.contains("mode 0777") && above.words.contains("owner \(NSUserName())"))
    }
  }

  @Test("in a folder with the sticky bit the files of others are safe, but it is nobody's own folder")
  func sticky() throws {
    try withTree(["shared/": 0o1777, "shared/x.lua": 0o644, "shared/y.lua": 0o666]) { (folder: String) throws in
      #expect(try FileExposure.find(onTheWayTo: folder + "/shared/x.lua") == nil)
      #expect(try FileExposure.find(onTheWayTo: folder + "/shared/y.lua")?.path == folder + "/shared/y.lua")
      #expect(try FileExposure.find(onTheWayTo: folder + "/shared") == nil)
      #expect(try FileExposure.find(onTheWayTo: folder + "/shared", isOwn: true)?.cause == .everybody)
    }
  }

  @Test("a link leads to what it points to, and a circle of links is an error")
  func links() throws {
    try withTree(["open/": 0o777, "open/x.lua": 0o644]) { (folder: String) throws in
      let files = FileManager.default
      try files.createSymbolicLink(atPath: folder + "/link.lua", withDestinationPath: "open/x.lua")
      try files.createSymbolicLink(atPath: folder + "/first", withDestinationPath: "second")
      try files.createSymbolicLink(atPath: folder + "/second", withDestinationPath: "first")
      #expect(try FileExposure.find(onTheWayTo: folder + "/link.lua")?.path == folder + "/open")
      #expect(throws: LocalFileProblem.self) { try FileExposure.find(onTheWayTo: folder + "/first") }
    }
  }

  @Test("what belongs to somebody else is named", .enabled(if: geteuid() == 0, "giving a file away needs root"))
  func owner() throws {
    try withTree(["x.lua": 0o644]) { (folder: String) throws in
      #expect(chown(folder + "/x.lua", 65_534, 65_534) == 0)
      let found = try #require(try FileExposure.find(onTheWayTo: folder + "/x.lua"))
      #expect(found.cause == .owner && found.words.contains("belongs to another user: owner nobody"))
      #expect(found.remedy == "chown root \(folder)/x.lua")
      // A link of somebody else can be made to point elsewhere.
      try FileManager.default.createSymbolicLink(atPath: folder + "/link", withDestinationPath: "/etc/passwd")
      #expect(lchown(folder + "/link", 65_534, 65_534) == 0)
      #expect(try FileExposure.find(onTheWayTo: folder + "/link")?.path == folder + "/link")
    }
  }

  @Test(
    "a group may write when this user is its only member", .enabled(if: geteuid() == 0, "giving a file away needs root")
  )
  func group() throws {
    try withTree(["x.lua": 0o664]) { (folder: String) throws in
      // Root's own group, where no other is in it; as each user of Debian has one.
      let lone = try Self.group { $0.isEmpty }, shared = try Self.group { !$0.isEmpty }
      if let lone {
        #expect(chown(folder + "/x.lua", 0, lone.id) == 0)
        #expect(try FileExposure.find(onTheWayTo: folder + "/x.lua") == nil)
      }
      if let shared {
        #expect(chown(folder + "/x.lua", 0, shared.id) == 0)
        let found = try #require(try FileExposure.find(onTheWayTo: folder + "/x.lua"))
        #expect(found.cause == .group(shared.name) && found.remedy == "chmod g-w \(folder)/x.lua")
        #expect(found.words.contains("by the group \(shared.name)"))
      }
      #expect(chown(folder + "/x.lua", 0, 4_000_000_000) == 0)
      #expect(try FileExposure.find(onTheWayTo: folder + "/x.lua")?.cause == .group("4000000000"))
    }
  }

  /// A group of this machine, by who else than root is in it, as the files of users and groups say.
  private static func group(where fits: (Set<String>) -> Bool) throws -> (id: gid_t, name: String)? {
    func rows(_ file: String) throws -> [[String]] {
      try String(contentsOf: URL(filePath: file), encoding: .utf8).split(separator: "\n").map { line in
        line.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
      }
    }
    let users = try rows("/etc/passwd").filter { $0.count > 3 && $0[2] != "0" }
    for row in try rows("/etc/group") where row.count > 3 {
      let members = Set(row[3].split(separator: ",").map(String.init)).subtracting(["root"])
        .union(users.filter { $0[3] == row[2] }.map { $0[0] })
      if fits(members), let id = gid_t(row[2]) { return (id, row[0]) }
    }
    return nil
  }
}
