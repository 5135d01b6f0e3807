import DockerEngine
import Foundation
import TestSupport
import Testing
import Values

/// Newer engines than there is one at hand: what Docker 20.10 answered (`Recorded`), with what the API's documentation
/// says each version changed (`Recorded/changes.json`, each with its source).
@Suite("Newer versions of the API", .usualTimeLimit)
struct NewerVersionTests {
  /// An engine's release with the newest and the oldest API version that it speaks (moby's release notes).
  struct Release: Sendable, CustomTestStringConvertible {
    let name: String
    let newest: String
    let oldest: String
    /// What is spoken with it.
    let used: String
    var testDescription: String { "\(name) (\(newest))" }
  }

  static let releases = [
    Release(name: "20.10", newest: "1.41", oldest: "1.12", used: "1.41"),
    Release(name: "23.0", newest: "1.42", oldest: "1.12", used: "1.42"),
    Release(name: "24.0", newest: "1.43", oldest: "1.12", used: "1.43"),
    Release(name: "25.0", newest: "1.44", oldest: "1.24", used: "1.44"),
    Release(name: "26.0", newest: "1.45", oldest: "1.24", used: "1.45"),
    Release(name: "27.0", newest: "1.46", oldest: "1.24", used: "1.46"),
    Release(name: "27.2", newest: "1.47", oldest: "1.24", used: "1.47"),
    Release(name: "28.0", newest: "1.48", oldest: "1.24", used: "1.48"),
    Release(name: "28.1", newest: "1.49", oldest: "1.24", used: "1.49"),
    Release(name: "28.2", newest: "1.50", oldest: "1.24", used: "1.50"),
    Release(name: "28.3", newest: "1.51", oldest: "1.24", used: "1.51"),
    Release(name: "29.0", newest: "1.52", oldest: "1.44", used: "1.51"),
    Release(name: "29.3", newest: "1.54", oldest: "1.40", used: "1.51"),
  ]

  @Test("every call that is used reads the same from each release, in a version that it speaks", arguments: releases)
  func everyCall(release: Release) async throws {
    let engine = try RecordedEngine(newest: release.newest, oldest: release.oldest).scripted()
    let client = engine.client()
    defer { client.close() }
    let first = try RecordedEngine(newest: "1.41", oldest: "1.12").scripted()
    let old = first.client()
    defer { old.close() }

    let ping = try await client.ping()
    #expect(ping.apiVersion == APIVersion(release.newest))
    #expect(ping.swarm == (release.newest == "1.41" ? nil : "active/manager"))
    #expect(try await client.version() == APIVersion(release.used))
    #expect(try await client.versionInfo().minimumAPIVersion == APIVersion(release.oldest))

    let (info, before) = (try await client.info(), try await old.info())
    #expect(info.swarm == before.swarm && info.dataRoot == before.dataRoot && info.systemDate == before.systemDate)
    #expect(info.swarm.nodeID == "z3mr13dv5x33ejimirzmug5ux" && info.runningContainers == 6)
    #expect(try await client.nodes() == (try await old.nodes()))
    #expect(try await client.swarm().trustRoot == (try await old.swarm().trustRoot))
    #expect(try await client.networks() == (try await old.networks()))
    #expect(try await client.containers() == (try await old.containers()))
    #expect(try await client.containers().first?.networks == ["da_da-overlay"])

    let services = try await client.services()
    #expect(services.map(\.name) == (try await old.services().map(\.name)))
    #expect(services.map(\.constraints) == (try await old.services().map(\.constraints)))
    #expect(services.map(\.mode) == (try await old.services().map(\.mode)))
    let tasks = try await client.tasks()
    #expect(tasks.map(\.state) == (try await old.tasks().map(\.state)))
    #expect(tasks.map(\.attachments) == (try await old.tasks().map(\.attachments)))
    #expect(tasks.allSatisfy { $0.hasHealthCheck && $0.reservation.memory == 0 })

    let image = try #require(try await client.images().first)
    #expect(image.tags.contains("nexus/da-policy:6.9.0") && image.size == 1_984_839 && image.digests == [])
    let events = try await client.pastEvents(last: .seconds(600))
    #expect(events == (try await old.pastEvents(last: .seconds(600))))
    #expect(events.map(\.action) == ["tag", "import"])
    let paths = engine.requests.map(\.target).filter { $0 != "/version" }
    #expect(paths.allSatisfy { $0.hasPrefix("/v\(release.used)/") }, "\(paths)")
  }

  @Test("an engine 29 refuses what is older than 1.44, and is never spoken to in that")
  func minimum() async throws {
    let engine = try RecordedEngine(newest: "1.52", oldest: "1.44")
    #expect(
      engine.answer(to: "/v1.43/info", at: "1.52").words
        == "client version 1.43 is too old. Minimum supported API version is 1.44, please upgrade your client to a "
        + "newer version")
    let scripted = engine.scripted()
    let client = scripted.client()
    _ = try await client.info()
    #expect(scripted.requests.map(\.target) == ["/version", "/v1.51/info"])
    client.close()
  }

  @Test("Docker that is updated, or put back, during a conversation gets a new agreement")
  func updated() async throws {
    for (before, after) in [(("1.41", "1.12"), ("1.52", "1.44")), (("1.51", "1.24"), ("1.41", "1.12"))] {
      let engines = try [before, after].map { try RecordedEngine(newest: $0.0, oldest: $0.1) }
      let now = Moment()
      let scripted = ScriptedEngine(pinged: { ["Api-Version": engines[now.index].newest] }) { request in
        engines[now.index].reply(to: request.target)
      }
      let client = scripted.client()
      _ = try await client.info()
      now.pass()
      #expect(try await client.nodes().count == 1)
      _ = try await client.info()
      let used = after.0 == "1.41" ? "1.41" : "1.51"
      #expect(scripted.requests.last?.target == "/v\(used)/info")
      client.close()
    }
  }

  @Test("an engine that refuses all versions is reported as what it is, not asked for ever")
  func refusesAll() async throws {
    let words = "client version 1.41 is too old. Minimum supported API version is 1.60, please upgrade your client"
    let engine = ScriptedEngine(api: "1.41") { _ in .refusal(400, words) }
    let client = engine.client()
    let found = await failure { _ = try await client.info() }
    #expect(found?.code == .engineTooNew && found?.cause == words && found?.host == "da1")
    #expect(engine.requests.count == 1)
    client.close()
  }

  @Test("each recorded change has its source and changes something")
  func sources() throws {
    for change in try RecordedEngine.changes() {
      #expect(change.text("source").hasPrefix("moby api/docs/"))
      let call = change.text("call")
      let now = try RecordedEngine(newest: "1.60", oldest: "1.44").body(call)
      #expect(try now != RecordedEngine(newest: "1.41", oldest: "1.12").body(call), "\(call)")
    }
  }
}
