import BuiltProgram
import Foundation
import TestSupport
import Testing

/// What is told to be written is on the disk: the kernel's own record of a whole run says in which order it came there.
@Suite("Durable before it is told", .usualTimeLimit, .enabled(if: SystemCalls.areSeen, "strace is not installed"))
struct DurabilityTests {
  /// One step for each way to write, each in a folder of its own.
  private static let runbook = """
    return runbook { params = { folder = { default = "" } }, function(run)
      local here, folder = run.inventory.manager, run.params.folder
      step("write", function() file.write(here, folder .. "/write/file", "one") end)
      step("again", function() file.write(here, folder .. "/again/file", "same") end)
      step("upload", function() ssh.upload(here, folder .. "/source", folder .. "/upload/file") end)
      step("uploaded", function() ssh.upload(here, folder .. "/source", folder .. "/uploaded/file") end)
      step("download", function() ssh.download(here, folder .. "/source", folder .. "/download/file") end)
      step("downloaded", function() ssh.download(here, folder .. "/source", folder .. "/downloaded/file") end)
      step("hand over", function() file.create_local(folder .. "/hand/file", secret("key")) end)
      step("handed over", function() file.create_local(folder .. "/handed/file", secret("key")) end)
      step("remove", function() file.remove(here, folder .. "/remove/file") end)
      step("removed", function() file.remove(here, folder .. "/removed/file") end)
      step("end", function() ssh.read(here, { "cat", folder .. "/the-end" }) end)
    end }
    """

  private static let folders = [
    "write", "again", "upload", "uploaded", "download", "downloaded", "hand", "handed", "remove", "removed",
  ]

  @Test("each file and its folder are on the disk before the step is told to be done")
  func wholeRun() async throws {
    let program = try Program()
    defer { program.remove() }
    try program.write("inventory.yaml", Program.thisMachine)
    try program.write("a.lua", Self.runbook)
    let folder = program.folder.resolvingSymlinksInPath().path
    for name in Self.folders { try program.write("\(name)/.keep", "") }
    for (name, text) in [
      ("source", "contents\n"), ("again/file", "same"), ("uploaded/file", "contents\n"),
      ("downloaded/file", "contents\n"), ("handed/file", "key\n"), ("remove/file", "old"), ("the-end", ""),
    ] { try program.write(name, text) }
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o644], ofItemAtPath: program.folder.appending(path: "uploaded/file").path)

    let calls = try await SystemCalls.of(
      ["run", "a.lua", "-i", "inventory.yaml", "--param", "folder=\(folder)"], by: program)
    // The steps come in this order, so that each must be through before the next one's folder is touched.
    func expectStep(in name: String, after number: Int = -1) throws {
      let next = Self.folders.drop { $0 != name }.dropFirst().first
      let end = next.flatMap { next in calls.first { $0.words.contains { $0.hasPrefix("\(folder)/\(next)/") } }?.number
      }
      try expectFolder("\(folder)/\(name)", after: number, before: end ?? .max, in: calls)
    }
    for name in ["write", "upload", "download"] {
      // The new file under its first name, its move to the last one, the folder.
      let moved = try #require(calls.first { $0.moves(to: "\(folder)/\(name)/file") }, "\(name)")
      #expect(calls.contains { $0.isSync(of: moved.words.first ?? "") && $0.number < moved.number }, "\(name)")
      try expectStep(in: name, after: moved.number)
    }
    let linked = try #require(calls.first { $0.links(to: "\(folder)/hand/file") })
    #expect(calls.contains { $0.isSync(of: linked.words.first ?? "") && $0.number < linked.number })
    try expectStep(in: "hand", after: linked.number)
    let removed = try #require(calls.first { $0.removes("\(folder)/remove/file") })
    try expectStep(in: "remove", after: removed.number)
    // What was there already may be what an execution wrote that died before it was on the disk.
    for name in ["again", "uploaded", "downloaded", "handed"] {
      #expect(calls.contains { $0.isSync(of: "\(folder)/\(name)/file") }, "\(name)")
      try expectStep(in: name)
    }
    try expectStep(in: "removed")
    // The journal's own name too, in a folder that the run has made.
    try expectFolder("\(folder)/state", after: -1, in: calls)
    try expectFolder(folder, after: -1, in: calls)
  }

  @Test("a report that is told to be written, and a project that is begun, are on the disk")
  func written() async throws {
    let program = try Program()
    defer { program.remove() }
    let folder = program.folder.resolvingSymlinksInPath().path
    try program.write("inventory.yaml", Program.thisMachine)
    try program.write("a.lua", "return runbook { function() step('one', function() return 1 end) end }")
    _ = try await program.run("run", "a.lua", "-i", "inventory.yaml")
    let run = try await program.shell("sqlite3 state/journal.db 'SELECT id FROM runs'").output
      .trimmingCharacters(in: .newlines)
    try #require(!run.isEmpty)
    let exported = try await SystemCalls.of(["runs", "export", run, "-o", "\(folder)/out.jsonl"], by: program)
    let moved = try #require(exported.first { $0.moves(to: "\(folder)/out.jsonl") })
    #expect(exported.contains { $0.isSync(of: moved.words.first ?? "") && $0.number < moved.number })
    try expectFolder(folder, after: moved.number, in: exported)
    let begun = try await SystemCalls.of(["init", "\(folder)/project"], by: program)
    let inventory = try #require(begun.first { $0.links(to: "\(folder)/project/inventory.yaml") })
    #expect(begun.contains { $0.isSync(of: inventory.words.first ?? "") && $0.number < inventory.number })
    try expectFolder("\(folder)/project", after: inventory.number, in: begun)
  }

  /// Expects that a folder was brought to the disk, after one call and before another.
  private func expectFolder(
    _ folder: String, after number: Int, before end: Int = .max, in calls: [SystemCall]
  ) throws {
    #expect(calls.contains { $0.isSync(of: folder) && $0.number > number && $0.number < end }, "\(folder)")
  }
}

/// A call of the kernel, as `strace` writes it.
struct SystemCall: Sendable {
  let number: Int
  let name: String
  /// The texts in it: paths, also those of open files.
  let words: [String]

  func isSync(of path: String) -> Bool { name == "fsync" && words.first == path }
  func moves(to path: String) -> Bool { name.hasPrefix("rename") && words.last == path }
  func links(to path: String) -> Bool { name.hasPrefix("link") && words.last == path }
  func removes(_ path: String) -> Bool { name.hasPrefix("unlink") && words.last == path }
}

/// What a program and all its children ask of the kernel, as far as it concerns the disk.
enum SystemCalls {
  static var areSeen: Bool { FileManager.default.isExecutableFile(atPath: "/usr/bin/strace") }

  static func of(_ arguments: [String], by program: Program) async throws -> [SystemCall] {
    let quoted = arguments.map { "'\($0)'" }.joined(separator: " ")
    let ending = try await program.shell(
      """
      exec strace -f -y -qq -s 4096 -o calls \
      -e trace=fsync,fdatasync,sync,syncfs,rename,renameat,renameat2,link,linkat,unlink,unlinkat "$PROGRAM" \(quoted)
      """)
    try #require(ending.code == 0, "\(ending.output) \(ending.errors)")
    let text = try String(contentsOf: program.folder.appending(path: "calls"), encoding: .utf8)
    return text.split(separator: "\n").enumerated().compactMap { index, line in
      guard let call = line.firstMatch(of: /^\d+ +(\w+)\((.*)$/)?.output else { return nil }
      // Paths stand in quotes, those of open files in angle brackets.
      let words = call.2.matches(of: /"([^"]*)"|\d+<([^>]*)>/).map { String($0.output.1 ?? $0.output.2 ?? "") }
      return SystemCall(number: index, name: String(call.1), words: words)
    }
  }
}
