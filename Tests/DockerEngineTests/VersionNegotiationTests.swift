import DockerEngine
import TestSupport
import Testing
import Values

@Suite("Version negotiation", .usualTimeLimit)
struct VersionNegotiationTests {
  @Test(
    "the newest version that both sides speak is used",
    arguments: [("1.41", "1.41"), ("1.47", "1.47"), ("1.51", "1.51")])
  func newestOfBoth(server: String, used: String) async throws {
    let engine = ScriptedEngine(api: server) { _ in .json("{}") }
    let client = engine.client()
    _ = try await client.info()
    _ = try await client.info()
    #expect(engine.requests.map(\.target) == ["/v\(used)/info", "/v\(used)/info"])
    client.close()
  }

  @Test("an engine newer than us is spoken to in our newest version, when it still speaks that")
  func newerEngine() async throws {
    let engine = ScriptedEngine(api: "1.55") { request in
      request.target == "/version"
        ? .json(#"{"Version":"31.0","ApiVersion":"1.55","MinAPIVersion":"1.44"}"#) : .json("{}")
    }
    let client = engine.client()
    #expect(try await client.version() == APIVersion(1, 51))
    _ = try await client.info()
    #expect(engine.requests.last?.target == "/v1.51/info")
    client.close()
  }

  @Test("an engine with a higher minimum than ours serves")
  func higherMinimum() async throws {
    let engine = ScriptedEngine(api: "1.52") { request in
      request.target == "/version" ? .json(#"{"ApiVersion":"1.52","MinAPIVersion":"1.44"}"#) : .json("{}")
    }
    let client = engine.client()
    #expect(try await client.version() == APIVersion(1, 51))
    client.close()
  }

  @Test("an engine that is too old is refused, with both versions")
  func tooOld() async throws {
    let engine = ScriptedEngine(api: "1.40") { _ in .json("{}") }
    let client = engine.client()
    let found = await failure { _ = try await client.info() }
    #expect(found?.code == .engineTooOld)
    #expect(found?.host == "da1")
    #expect(found?.message.contains("1.40") == true)
    #expect(found?.message.contains("1.41") == true)
    #expect(engine.requests.isEmpty)
    client.close()
  }

  @Test("an engine that dropped all that we speak is refused")
  func tooNew() async throws {
    let engine = ScriptedEngine(api: "1.70") { _ in .json(#"{"ApiVersion":"1.70","MinAPIVersion":"1.60"}"#) }
    let client = engine.client()
    let found = await failure { _ = try await client.info() }
    #expect(found?.code == .engineTooNew)
    client.close()
  }

  @Test("what does not name a version is not taken for an engine")
  func notAnEngine() async throws {
    let engine = ScriptedEngine(api: "") { _ in .json("{}") }
    let client = engine.client()
    #expect(await failure { _ = try await client.info() }?.code == .engineBadAnswer)
    client.close()
  }

  @Test("versions are ordered by number, not by text")
  func order() throws {
    #expect(APIVersion(1, 9) < APIVersion(1, 41))
    #expect(try #require(APIVersion("1.41")) == .oldest)
    #expect(APIVersion("1") == nil)
    #expect(APIVersion("1.x") == nil)
  }
}
