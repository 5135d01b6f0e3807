import DockerEngine
import Foundation
import TestSupport
import Testing
import Values

@Suite("Loading images", .usualTimeLimit)
struct ImageLoadTests {
  /// A file of this machine for the time of `body`.
  static func file(_ size: Int, _ body: (String) async throws -> Void) async throws {
    let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).tar")
    try Data(repeating: UInt8(ascii: "x"), count: size).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    try await body(file.path)
  }

  @Test("the file is sent as it is, and the names of its images are returned")
  func loaded() async throws {
    try await Self.file(600_000) { path in
      let engine = ScriptedEngine { _ in
        .json("{\"stream\":\"Loaded image: da/policy:7\\n\"}\n{\"stream\":\"Loaded image ID: sha256:12\\n\"}\n")
      }
      let client = engine.client()
      #expect(try await client.loadImages(from: path) == ["da/policy:7", "sha256:12"])
      let request = try #require(engine.requests.last)
      #expect(request.target == "/v1.41/images/load?quiet=true")
      #expect(request.headers["content-type"] == "application/x-tar")
      #expect(request.body.utf8.count == 600_000)
      client.close()
    }
  }

  @Test("a failure that comes after a good status is a failure, and so is a file without images")
  func failures() async throws {
    try await Self.file(10) { path in
      let answers = [
        "{\"errorDetail\":{\"message\":\"no space left on device\"},\"error\":\"no space left on device\"}",
        "{\"errorDetail\":{\"message\":\"no space left on device\"}}", "{}",
      ]
      for answer in answers {
        let engine = ScriptedEngine { _ in .json(answer) }
        let client = engine.client()
        let found = await failure { _ = try await client.loadImages(from: path) }
        #expect(found?.code == .imageNotLoaded)
        #expect(found?.cause == (answer == "{}" ? "{}" : "no space left on device"))
        #expect(found?.host == "da1")
        client.close()
      }
    }
  }

  @Test("an engine that refuses before it has the whole file is understood")
  func earlyRefusal() async throws {
    try await Self.file(64 << 20) { path in
      let engine = ScriptedEngine(readsBodies: false) { _ in .refusal(400, "not a tar") }
      let client = engine.client()
      let found = await failure { _ = try await client.loadImages(from: path) }
      #expect(found?.code == .engineBadRequest)
      #expect(found?.cause == "not a tar")
      client.close()
    }
  }

  @Test("a missing file is reported before the engine is asked for anything")
  func absent() async throws {
    let engine = ScriptedEngine { _ in .json("{}") }
    let client = engine.client()
    let found = await failure { _ = try await client.loadImages(from: "/nowhere/images.tar") }
    #expect(found?.code == .uploadFileUnreadable)
    #expect(engine.requests.isEmpty)
    client.close()
  }

  @Test("a cancelled load ends, and closes its connection")
  func cancellation() async throws {
    try await Self.file(64 << 20) { path in
      let engine = ScriptedEngine(readsBodies: false) { _ in .silence }
      let client = engine.client()
      var sights = engine.sights.makeAsyncIterator()
      let call = Task { try await client.loadImages(from: path) }
      #expect(await sights.next() == .request("/v1.41/images/load?quiet=true"))
      call.cancel()
      await #expect(throws: CancellationError.self) { try await call.value }
      #expect(await sights.next() == .closed)
      client.close()
    }
  }
}
