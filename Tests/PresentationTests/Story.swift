import Foundation
import Journal
import Values

@testable import Presentation

/// A run told event by event, with times in seconds after its beginning.
struct Story {
  /// 2027-01-15 08:00:00 UTC.
  static let beginning = Date(timeIntervalSince1970: 1_800_000_000)
  var events: [Event] = []

  static func time(_ seconds: Double) -> Date { beginning.addingTimeInterval(seconds) }

  mutating func tell(
    _ seconds: Double, _ kind: EventKind, _ path: String? = nil, on host: String? = nil, attempt: Int? = nil,
    _ payload: Value = [:]
  ) {
    events.append(
      Event(
        sequence: Int64(events.count + 1), at: Self.time(seconds), kind: kind, path: path, attempt: attempt, host: host,
        payload: payload))
  }

  mutating func begin() {
    tell(0, .runCreated, nil, ["runbook": "distribute.lua", "summary": "Run in distributed mode", "stack": "da"])
    tell(0, .runStarted, nil, ["machine": "ops1", "pid": 4711, "user": "anna", "resumed": false])
  }

  mutating func tell(_ seconds: Double, _ kind: EventKind, _ path: String?, _ payload: Value) {
    tell(seconds, kind, path, on: nil, payload)
  }

  mutating func start(_ seconds: Double, _ path: String, on host: String, attempt: Int = 1, command: String? = nil) {
    tell(seconds, .stepStarted, path, on: host, attempt: attempt, ["location": "distribute.lua:2"])
    guard let command else { return }
    let payload: Value = ["primitive": "swarm.join", "command": [["text": .string(command)]], "idempotent": true]
    tell(seconds, .effectStarted, path, on: host, attempt: attempt, payload)
  }

  mutating func end(_ seconds: Double, _ path: String, on host: String, attempt: Int = 1, outcome: String = "executed")
  {
    tell(seconds, .stepSucceeded, path, on: host, attempt: attempt, ["result": nil, "outcome": .string(outcome)])
  }

  var state: RunState { RunState(events: events) }

  static let style = Style(hasColour: false, hasUnicode: true, timeZone: .gmt)
  static let ascii = Style(hasColour: false, hasUnicode: false, timeZone: .gmt)
  static let colour = Style(hasColour: true, hasUnicode: true, timeZone: .gmt)

  static let timeout = Failure(
    "swarm.join_timeout", "the node did not join in time", host: "da3", step: "workers/da3/join the manager's swarm",
    location: SourceLocation(file: "distribute.lua", line: 2),
    cause: "Timeout was reached before node joined. The attempt to join the swarm will continue in the background.",
    hint: "Open TCP 2377 from the worker to the manager, then resume.", isRetryable: true)

  static let sources = SourceText(files: [
    RunFile(role: .runbook, name: "distribute.lua", text: "-- distribute\n    swarm.join(worker, { token = token })\n")
  ])

  /// Two workers on their way: one waits for its second attempt, one prints.
  static var underWay: Story {
    var story = Story()
    story.begin()
    story.start(0, "get the cluster join token", on: "da1", command: "docker swarm join-token worker")
    story.end(0.2, "get the cluster join token", on: "da1", outcome: "read")
    for host in ["da2", "da3", "da4"] {
      story.start(0.2, "workers/\(host)/stop the services", on: host, command: "docker stack rm da")
    }
    story.end(1.4, "workers/da2/stop the services", on: "da2")
    story.end(1.6, "workers/da3/stop the services", on: "da3", outcome: "already_so")
    story.start(1.4, "workers/da2/join the manager's swarm", on: "da2")
    story.end(3.5, "workers/da2/join the manager's swarm", on: "da2")
    story.start(
      1.6, "workers/da3/join the manager's swarm", on: "da3",
      command: "docker swarm join --token ‹secret› 10.77.0.1:2377")
    story.tell(
      9.6, .attemptFailed, "workers/da3/join the manager's swarm", on: "da3", attempt: 1,
      ["failure": timeout.value, "retry_after": 2.5, "attempts": 5])
    story.tell(
      9.8, .stepOutput, "workers/da4/stop the services", on: "da4",
      ["text": "Removing \u{1B}[31mservice\u{1B}[0m da_policy\nRemoving network da_default"])
    return story
  }

  /// The same, failed.
  static var failed: Story {
    var story = underWay
    story.start(12.1, "workers/da3/join the manager's swarm", on: "da3", attempt: 2)
    story.end(13, "workers/da4/stop the services", on: "da4")
    story.tell(
      20, .stepFailed, "workers/da3/join the manager's swarm", on: "da3", attempt: 2, ["failure": timeout.value])
    story.tell(20, .runFailed, nil, ["failure": timeout.value])
    return story
  }

  /// Everything went well.
  static var succeeded: Story {
    var story = underWay
    story.start(12.1, "workers/da3/join the manager's swarm", on: "da3", attempt: 2)
    story.end(13, "workers/da4/stop the services", on: "da4")
    story.end(14, "workers/da3/join the manager's swarm", on: "da3", attempt: 2)
    story.tell(
      14, .runNote, nil,
      ["title": "Enter these addresses in the administration:", "items": ["access point on da2: 10.77.0.2"]])
    story.tell(14, .runSucceeded, nil, ["changed": 4, "unchanged": 1])
    return story
  }

  /// Many workers at different places, every tenth in trouble.
  static func crowd(_ count: Int) -> Story {
    var story = Story()
    story.begin()
    for number in 1...count {
      let host = "da\(number)"
      story.start(0, "workers/\(host)/stop the services", on: host)
      if number % 5 == 1 { continue }
      story.end(1, "workers/\(host)/stop the services", on: host)
      story.start(1, "workers/\(host)/join the manager's swarm", on: host)
      switch number % 20 {
      case 10:
        story.tell(
          3, .attemptFailed, "workers/\(host)/join the manager's swarm", on: host, attempt: 1,
          ["failure": Failure("x", "the node did not join in time").value, "retry_after": 4, "attempts": 3])
      case 0 where number <= 40:
        story.tell(
          3, .stepFailed, "workers/\(host)/join the manager's swarm", on: host, attempt: 1,
          ["failure": Failure("x", "port 2377 of the manager can't be reached").value])
      case let rest where rest % 2 == 0: story.end(2, "workers/\(host)/join the manager's swarm", on: host)
      default: break
      }
    }
    return story
  }

  static func record(_ id: String = "k3f9x2", at seconds: Double = 0) -> RunRecord {
    RunRecord(
      id: id, runbook: "distribute.lua", runbookPath: "/srv/distribute.lua", inventoryPath: "/srv/site.yml",
      parameters: ["stack": "da", "token": .secret(Secret("SWMTKN-1-x"))], createdAt: time(seconds), user: "anna",
      machine: "ops1",
      files: [
        RunFile(
          role: .runbook, name: "distribute.lua", text: "-- distribute\n    swarm.join(worker, { token = token })\n")
      ])
  }
}

/// Keeps what was written.
final class MemoryOutput: TextOutput, @unchecked Sendable {
  // `@unchecked Sendable`: `text` is guarded by `lock`.
  private let lock = NSLock()
  private var text = ""

  func write(_ text: String) { lock.withLock { self.text += text } }
  var isIdle: Bool { true }
  func drain() async {}
  var written: String { lock.withLock { text } }
}
