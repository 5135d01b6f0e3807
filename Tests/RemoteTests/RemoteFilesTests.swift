import Foundation
import Fuzzing
import Remote
import TestSupport
import Testing
import Values

@Suite(.usualTimeLimit) struct RemoteFilesTests {
  private let local = LocalTransport(host: HostSpec(name: "here", isLocal: true))

  private func withFolder(_ body: (String) async throws -> Void) async throws {
    let folder = try await TestServer.command(["mktemp", "-d", "/tmp/rb.XXXXXX"])
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try await body(folder)
  }

  @Test("what is written is read back, with its mode and digest", arguments: [false, true])
  func roundTrip(overSSH: Bool) async throws {
    try await withFolder { folder async throws in
      let path = "\(folder)/-a file's \"name\" $(id)"
      let contents = RandomInput.bytes(200_000)
      let check = { (transport: any Transport) async throws in
        let files = RemoteFiles(transport)
        #expect(try await files.exists(path) == false)
        try await files.write(Array("old".utf8), to: path, mode: 0o644)
        try await files.write(contents, to: path, mode: 0o640)
        #expect(try await files.exists(path))
        #expect(try await files.read(path) == contents)
        let digest = try await TestServer.command(["sha256sum", path]).replacing("\\", with: "")
        #expect(digest.hasPrefix(try await files.sha256(path)))
      }
      if overSSH {
        if !TestServer.isAvailable { try Test.cancel(TestServer.whySkipped) }
        try await TestServer.with { try await $0.connected { try await check($0) } }
      } else {
        try await check(local)
      }
      let attributes = try FileManager.default.attributesOfItem(atPath: path)
      #expect(attributes[.posixPermissions] as? Int == 0o640)
      #expect([UInt8](try #require(FileManager.default.contents(atPath: path))) == contents)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder).count == 1)
    }
  }

  @Test("missing, too large and impossible files are distinguished")
  func failures() async throws {
    try await withFolder { folder async throws in
      let files = RemoteFiles(local)
      func code(_ body: @Sendable () async throws -> Void) async -> FailureCode? {
        await #expect(throws: Failure.self) { try await body() }?.code
      }
      #expect(await code { _ = try await files.read("\(folder)/none") } == .fileNotFound)
      #expect(await code { _ = try await files.sha256("\(folder)/none") } == .fileNotFound)
      #expect(await code { try await files.write([], to: "\(folder)/none/x", mode: 0o600) } == .fileNotFound)
      #expect(await code { try await files.write([], to: folder, mode: 0o600) } == .fileFailed)
      #expect(await code { _ = try await files.read(folder) } == .fileFailed)
      try await files.write([1, 2, 3], to: "\(folder)/x", mode: 0o600)
      #expect(await code { _ = try await files.read("\(folder)/x", limit: 2) } == .fileTooLarge)
      #expect(try await files.read("\(folder)/x", limit: 3) == [1, 2, 3])
      #expect(try await files.exists("\(folder)/x/y") == false)
    }
  }
}
