import DockerEngine
import TestSupport
import Testing
import Values

@Suite("TLS", .usualTimeLimit, .enabled(if: TLSFront.isPossible, "wants the openssl command"))
struct TLSTests {
  /// Calls until the server listens.
  private func info(_ connector: TLSConnector) async throws -> EngineInfo {
    let client = EngineClient(host: "da1", connector: connector)
    defer { client.close() }
    return try await eventually("the server listens") {
      do { return try await client.info() } catch let failure as Failure where failure.code == .engineAbsent {
        return nil
      }
    }
  }

  private func withFront(_ body: (TLSFront) async throws -> Void) async throws {
    let front = try await TLSFront(before: ScriptedEngine { _ in .json(#"{"Name":"behind TLS"}"#) })
    defer { front.end() }
    try await body(front)
  }

  @Test("both sides show a certificate, and the engine answers")
  func mutual() async throws {
    try await withFront { front in
      let name = try await info(front.connector()).name
      #expect(name == "behind TLS")
    }
  }

  @Test("an engine whose certificate another authority signed is refused")
  func strangeServer() async throws {
    try await withFront { front in
      let found = await failure { _ = try await info(front.connector(trusting: "other-ca")) }
      #expect(found?.code == .engineTLS)
      #expect(found?.host == "da1")
    }
  }

  @Test("an engine that refuses our certificate is reported as such")
  func strangeClient() async throws {
    try await withFront { front in
      let found = await failure { _ = try await info(front.connector(as: "stranger")) }
      #expect(found?.code == .engineTLS)
    }
  }

  @Test("files that are not there are named")
  func missingFiles() async throws {
    let files = TLSConnector.Files(
      authority: "/nowhere/ca.pem", certificate: "/nowhere/cert.pem", key: "/nowhere/key.pem")
    let found = await failure { _ = try await info(TLSConnector(host: "127.0.0.1", port: 1, files: files)) }
    #expect(found?.code == .engineTLS)
    #expect(found?.hint?.contains("/nowhere/cert.pem") == true)
  }
}
