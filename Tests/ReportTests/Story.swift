import Foundation
import Journal
import Values

/// A run with everything that a report shows: two hosts, a retry, an interruption, an approval, output, a failure.
enum Story {
  static let token = "SWMTKN-1-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-bbbbbbbbbbbbbbbbbbbbbbbbb"
  static let zone = TimeZone(identifier: "UTC")!
  static let start = Date(timeIntervalSince1970: 1_795_226_400)  // 2026-11-21 02:00:00 UTC

  static let record = RunRecord(
    id: "k3f9x2", runbook: "distribute.lua", runbookPath: "/srv/runbooks/distribute.lua",
    inventoryPath: "/srv/inventory.yaml", parameters: ["join_timeout": "60s", "key": .secret(Secret(token))],
    createdAt: start, user: "ann", machine: "ops",
    files: [.init(role: .runbook, name: "distribute.lua", text: "-- <b>")])

  static func at(_ seconds: Double) -> Date { start.addingTimeInterval(seconds) }

  static func event(
    _ seconds: Double, _ kind: EventKind, _ path: String? = nil, host: String? = nil, attempt: Int? = nil,
    with payload: Value = .object([:])
  ) -> Event {
    Event(at: at(seconds), kind: kind, path: path, attempt: attempt, host: host, payload: payload)
  }

  static let failure = Failure(
    "swarm.join_timeout", "the join did not end <in time>", host: "da2", cause: "context deadline exceeded",
    hint: "open TCP 2377 on da1", isRetryable: true)

  static let events: [Event] = [
    event(0, .runCreated, with: ["summary": "Move services", "stack": "da"]),
    event(0, .runStarted, with: ["machine": "ops", "pid": 7, "user": "ann"]),
    event(1, .approvalRequested, "approve", with: ["message": "Is there a backup?"]),
    event(2, .approvalGranted, "approve", with: ["by": "bob", "how": "command"]),
    event(2, .stepStarted, "manager/stop", host: "da1", attempt: 1),
    event(2, .stepStarted, "workers/da2/join", host: "da2", attempt: 1),
    event(
      2, .effectStarted, "workers/da2/join", host: "da2", attempt: 1,
      with: ["primitive": "swarm.join", "command": [["text": "docker swarm join --token ‹secret› 10.0.0.1:2377"]]]),
    event(6, .stepSucceeded, "manager/stop", host: "da1", attempt: 1, with: ["outcome": "executed"]),
    event(
      7, .attemptFailed, "workers/da2/join", host: "da2", attempt: 1,
      with: ["failure": failure.value, "retry_after": 1, "attempts": 3]),
    event(8, .stepStarted, "workers/da2/join", host: "da2", attempt: 2),
    event(9, .runInterrupted, with: ["reason": "SIGINT"]),
    event(3609, .runStarted, with: ["machine": "ops", "pid": 8, "user": "ann", "resumed": true]),
    event(3610, .stepStarted, "workers/da2/join", host: "da2", attempt: 3),
    event(
      3610, .effectStarted, "workers/da2/join", host: "da2", attempt: 3,
      with: ["primitive": "swarm.join", "command": [["text": "docker swarm join --token ‹secret› 10.0.0.1:2377"]]]),
    event(
      3611, .stepOutput, "workers/da2/join", host: "da2", attempt: 3,
      with: ["text": "This node joined & \u{1B}[31mis up"]),
    event(
      3613, .stepSucceeded, "workers/da2/join", host: "da2", attempt: 3,
      with: ["outcome": "executed", "result": .secret(Secret(token))]),
    event(3613, .stepStarted, "verify", attempt: 1),
    event(3614, .stepSucceeded, "verify", attempt: 1, with: ["outcome": "read"]),
    event(3614, .logMessage, with: ["level": "warning", "text": "not tried: UDP 4789"]),
    event(3614, .runNote, with: ["title": "Enter these", "items": ["da2: 10.0.0.2"]]),
    event(3614, .runSucceeded, with: ["changed": 2, "unchanged": 1]),
  ]
}
