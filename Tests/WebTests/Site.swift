import Foundation
import Journal
import Subprocess
import Synchronization
import Values
import Web

/// A real server on this machine, with a journal in memory, asked by curl.
struct Site: Sendable {
  static let token = "0123456789abcdef0123456789abcdef"
  let store: InMemoryJournalStore
  let address: String
  /// Where curl keeps the cookies.
  let jar: URL

  /// What the server answered.
  struct Answer {
    var status: Int
    var text: String
  }

  /// Serves while the work is done.
  static func serve(
    isReadOnly: Bool = false, names: [String] = [], _ work: @Sendable @escaping (Site) async throws -> Void
  ) async throws {
    let store = InMemoryJournalStore()
    let server = try WebServer(
      WebConfiguration(host: "127.0.0.1", port: 0, names: names, isReadOnly: isReadOnly, user: "op"),
      token: AccessToken(token)!, journal: WebJournal(open: { store }, isGone: { _, _, _ in false }),
      actions: actions(on: store))
    let folder = FileManager.default.temporaryDirectory.appending(path: "web-tests-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let (addresses, told) = AsyncStream.makeStream(of: String.self)
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await server.run { told.yield($0) } }
      group.addTask {
        for await address in addresses {
          return try await work(Site(store: store, address: address, jar: folder.appending(path: "cookies")))
        }
      }
      try await group.next()
      group.cancelAll()
      // The server ends when it is cancelled, also with pages that are still open.
      try await group.waitForAll()
    }
  }

  /// What the page can do, done to the journal.
  private static func actions(on store: InMemoryJournalStore) -> WebActions {
    WebActions(
      answer: { run, isYes, user in
        let open = RunState(events: try await store.events(of: run.id, after: 0)).approvals.filter {
          $0.answer == .none
        }
        let events = open.map {
          Event(
            at: .now, kind: isYes ? .approvalGranted : .approvalRejected, path: $0.path,
            payload: ["by": .string(user), "how": "page"])
        }
        _ = try await store.append(events, to: run.id, under: nil)
        return open.map(\.message)
      },
      pause: { run, user in
        let event = Event(at: .now, kind: .runPauseRequested, payload: ["by": .string(user), "how": "page"])
        _ = try await store.append([event], to: run.id, under: nil)
        return true
      },
      unpause: { run, user in
        let event = Event(at: .now, kind: .runUnpaused, payload: ["by": .string(user), "how": "page"])
        _ = try await store.append([event], to: run.id, under: nil)
        return true
      })
  }

  /// Records a run and what happened in it.
  func run(_ id: String, _ events: [(EventKind, String?, Value)]) async throws {
    let record = RunRecord(
      id: id, runbook: "distribute.lua", runbookPath: "/srv/distribute.lua", inventoryPath: nil, parameters: [:],
      createdAt: .now, user: "op", machine: "desk", files: [])
    _ = try await store.create(record, events: events.map(Self.event))
  }

  func tell(_ id: String, _ kind: EventKind, _ path: String? = nil, _ payload: Value = [:]) async throws {
    _ = try await store.append([Self.event((kind, path, payload))], to: id, under: nil)
  }

  private static func event(_ told: (EventKind, String?, Value)) -> Event {
    Event(at: .now, kind: told.0, path: told.1, attempt: 1, host: told.1.map { _ in "da1" }, payload: told.2)
  }

  func state(of id: String) async throws -> RunState { RunState(events: try await store.events(of: id, after: 0)) }

  /// Asks with curl, with the cookies so far.
  func curl(_ path: String, _ options: String...) async throws -> Answer {
    let result = try await Subprocess.run(
      .name("curl"),
      arguments: Arguments(
        ["--silent", "--include", "--max-time", "60", "--cookie", jar.path, "--cookie-jar", jar.path] + options
          + [address + path]), output: .string(limit: 1 << 22), error: .string(limit: 1 << 16))
    let text = result.standardOutput
    return Answer(status: text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0, text: text)
  }

  /// Sends a form as a page of the server does.
  func post(_ path: String, _ fields: [String: String], origin: String? = nil) async throws -> Answer {
    var body = URLComponents()
    body.queryItems = fields.map { URLQueryItem(name: $0.key, value: $0.value) }
    return try await curl(
      path, "--header", "Origin: \(origin ?? address)", "--data", body.percentEncodedQuery ?? "")
  }

  func logIn(as name: String = "ann") async throws -> Answer {
    try await post("/login", ["token": Self.token, "name": name])
  }

  /// What stands in the forms of a page.
  func formToken(on path: String) async throws -> String {
    let page = try await curl(path).text
    return String(page.firstMatch(of: /name="form"\s+value="([0-9a-f]+)"/)?.1 ?? "")
  }
}
