import Foundation
import Remote
import TestSupport
import Testing
import Values

@Suite(.usualTimeLimit) struct FileTransferTests {
  private let local = LocalTransport(host: HostSpec(name: "here", isLocal: true))

  private func withFolder(_ body: (String) async throws -> Void) async throws {
    let folder = try await TestServer.command(["mktemp", "-d", "/tmp/rb.XXXXXX"])
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try await body(folder)
  }

  @Test(
    "a large file arrives whole in both directions, with its mode, and a second time nothing is copied",
    .enabled(if: TestServer.isAvailable, TestServer.whySkipped))
  func roundTrip() async throws {
    try await withFolder { folder async throws in
      let original = "\(folder)/original", there = "\(folder)/-a file's \"name\" $(id)", back = "\(folder)/back"
      _ = try await TestServer.command(["sh", "-c", "head -c 70000000 /dev/urandom >\(original)"])
      let sum = try await TestServer.command(["sh", "-c", "sha256sum <\(original)"]).prefix(64)
      try await TestServer.with { server async throws in
        try await server.connected { transport async throws in
          let files = FileTransfer(transport)
          // More than a command's output may have: it is not in memory.
          let up = try await files.upload(original, to: there, mode: 0o640)
          #expect(up.isChanged && up.digest.text == sum && up.digest.size == 70_000_000)
          #expect(try await !files.upload(original, to: there, mode: 0o640).isChanged)
          #expect(try await files.upload(original, to: there, mode: 0o600).isChanged)
          let down = try await files.download(there, to: back)
          #expect(down.isChanged && down.digest == up.digest)
          #expect(try await !files.download(there, to: back).isChanged)
        }
      }
      for (path, mode) in [(there, 0o600), (back, 0o600)] {
        let digest = try await TestServer.command(["sha256sum", path]).replacing("\\", with: "")
        #expect(digest.hasPrefix(sum))
        #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == mode)
      }
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder).count == 3)
    }
  }

  @Test("a machine without a tool for SHA-256 is served with cksum")
  func poorMachine() async throws {
    try await withFolder { folder async throws in
      let tools = "\(folder)/bin"
      try FileManager.default.createDirectory(atPath: tools, withIntermediateDirectories: false)
      for tool in [
        "sh", "cat", "cksum", "cut", "wc", "tr", "find", "mktemp", "dirname", "chmod", "mv", "rm", "ls", "head",
        "sync",
      ] {
        let path = try await TestServer.command(["sh", "-c", "command -v \(tool)"])
        try FileManager.default.createSymbolicLink(atPath: "\(tools)/\(tool)", withDestinationPath: path)
      }
      let files = FileTransfer(AlteredTransport(inner: local) { $0.environment["PATH"] = tools })
      try "contents\n".write(toFile: "\(folder)/a", atomically: true, encoding: .utf8)
      let up = try await files.upload("\(folder)/a", to: "\(folder)/b", mode: 0o600)
      #expect(up.isChanged && up.digest.method == .cksum && up.digest.size == 9)
      #expect(try await TestServer.command(["sh", "-c", "cksum <\(folder)/b"]).hasPrefix(up.digest.text + " "))
      let down = try await files.download("\(folder)/b", to: "\(folder)/c")
      #expect(down.digest == up.digest)
      #expect(try String(contentsOfFile: "\(folder)/c", encoding: .utf8) == "contents\n")
    }
  }

  @Test("what can't be brought to the disk is a failure that says so, and replaces nothing")
  func disk() async throws {
    try await withFolder { folder async throws in
      let tools = "\(folder)/bin"
      try FileManager.default.createDirectory(atPath: tools, withIntermediateDirectories: false)
      try "#!/bin/sh\necho \"sync: error syncing '$2': Input/output error\" >&2\nexit 1\n"
        .write(toFile: "\(tools)/sync", atomically: true, encoding: .utf8)
      try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: "\(tools)/sync")
      for (name, text) in [("a", "new"), ("b", "old")] {
        try text.write(toFile: "\(folder)/\(name)", atomically: true, encoding: .utf8)
      }
      let broken = AlteredTransport(inner: local) { $0.environment["PATH"] = "\(tools):/usr/bin:/bin" }
      func failure(_ body: @Sendable () async throws -> Void) async -> Failure? {
        await #expect(throws: Failure.self) { try await body() }
      }
      let failures = [
        await failure { try await RemoteFiles(broken).write(Array("new".utf8), to: "\(folder)/b", mode: 0o600) },
        await failure { _ = try await FileTransfer(broken).upload("\(folder)/a", to: "\(folder)/b", mode: 0o600) },
        await failure { try await RemoteFiles(broken).flush("\(folder)/b") },
      ]
      for failure in failures {
        #expect(failure?.code == .fileFailed && failure?.host == "here")
        #expect(failure?.cause?.contains("Input/output error") == true)
        #expect(failure?.hint?.contains("disk") == true)
      }
      #expect(try String(contentsOfFile: "\(folder)/b", encoding: .utf8) == "old")
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == ["a", "b", "bin"])
      let removal = await failure { _ = try await RemoteFiles(broken).remove("\(folder)/b") }
      #expect(removal?.cause?.contains("Input/output error") == true)
    }
  }

  @Test(
    "a host with nothing but busybox is served",
    .enabled(if: FileManager.default.isExecutableFile(atPath: "/bin/busybox")))
  func busybox() async throws {
    try await withFolder { folder async throws in
      let tools = "\(folder)/bin"
      _ = try await TestServer.command(["mkdir", tools])
      _ = try await TestServer.command(["/bin/busybox", "--install", "-s", tools])
      let host = AlteredTransport(inner: local) { $0.environment["PATH"] = tools }
      let files = RemoteFiles(host), transfer = FileTransfer(host)
      try await files.write(Array("one".utf8), to: "\(folder)/a", mode: 0o640)
      try await files.flush("\(folder)/a")
      #expect(try await transfer.upload("\(folder)/a", to: "\(folder)/b", mode: 0o600).isChanged)
      #expect(try await !transfer.upload("\(folder)/a", to: "\(folder)/b", mode: 0o600).isChanged)
      #expect(try await transfer.download("\(folder)/b", to: "\(folder)/c").isChanged)
      #expect(try String(contentsOfFile: "\(folder)/c", encoding: .utf8) == "one")
      #expect(try await files.remove("\(folder)/b"))
      #expect(try await !files.remove("\(folder)/b"))
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == ["a", "bin", "c"])
    }
  }

  @Test("what does not arrive whole replaces nothing")
  func damage() async throws {
    try await withFolder { folder async throws in
      for (name, text) in [("a", "what is meant"), ("b", "what was there"), ("other", "what is mean")] {
        try text.write(toFile: "\(folder)/\(name)", atomically: true, encoding: .utf8)
      }
      let cut = AlteredTransport(inner: local) { if $0.inputFile != nil { $0.inputFile = "\(folder)/other" } }
      let up = await #expect(throws: Failure.self) {
        try await FileTransfer(cut).upload("\(folder)/a", to: "\(folder)/b", mode: 0o600)
      }
      #expect(up?.code == .fileDamaged && up?.isRetryable == true && up?.host == "here")
      // Instead of the file, the other one comes.
      let wrong = AlteredTransport(inner: local) {
        if $0.outputFile != nil { $0.argv = ["cat", "\(folder)/other"] }
      }
      let down = await #expect(throws: Failure.self) {
        try await FileTransfer(wrong).download("\(folder)/a", to: "\(folder)/b")
      }
      #expect(down?.code == .fileDamaged)
      #expect(try String(contentsOfFile: "\(folder)/b", encoding: .utf8) == "what was there")
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder).count == 3)
    }
  }

  @Test("what can't be copied is distinguished")
  func failures() async throws {
    try await withFolder { folder async throws in
      let files = FileTransfer(local)
      try "x".write(toFile: "\(folder)/a", atomically: true, encoding: .utf8)
      func code(_ body: @Sendable () async throws -> FileTransfer.Outcome) async -> FailureCode? {
        await #expect(throws: Failure.self) { _ = try await body() }?.code
      }
      #expect(await code { try await files.upload("\(folder)/none", to: "\(folder)/b", mode: 0o600) } == .fileNotFound)
      #expect(await code { try await files.upload("\(folder)/a", to: "\(folder)/x/b", mode: 0o600) } == .fileNotFound)
      #expect(await code { try await files.upload("\(folder)/a", to: folder, mode: 0o600) } == .fileFailed)
      #expect(await code { try await files.upload(folder, to: "\(folder)/b", mode: 0o600) } == .fileFailed)
      #expect(await code { try await files.download("\(folder)/none", to: "\(folder)/b") } == .fileNotFound)
      #expect(await code { try await files.download("\(folder)/a", to: "\(folder)/x/b") } == .fileNotFound)
      #expect(await code { try await files.download(folder, to: "\(folder)/b") } == .fileFailed)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["a"])
    }
  }
}

/// Changes commands on their way.
private struct AlteredTransport: Transport {
  let inner: LocalTransport
  let change: @Sendable (inout RemoteCommand) -> Void
  var host: HostSpec { inner.host }

  func connect() async throws {}
  func run(_ command: RemoteCommand, onOutput: OutputHandler?) async throws -> CommandResult {
    var command = command
    change(&command)
    return try await inner.run(command, onOutput: onOutput)
  }
  func openStream(_ command: RemoteCommand) async throws -> CommandStream { try await inner.openStream(command) }
  func close() async {}
}
