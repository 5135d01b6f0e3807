import Foundation
import Journal
import TestSupport
import Testing
import Values

@Suite("How a run stands follows from its events", .usualTimeLimit)
struct RunStateTests {
  private static let start = Date(timeIntervalSince1970: 1_800_000_000)
  private static let failure = Failure("ssh.lost", "the connection was lost", host: "da2", isRetryable: true)

  /// An event that many seconds after the start.
  private func event(
    _ kind: EventKind, _ path: String? = nil, at second: Double = 0, attempt: Int? = nil, host: String? = nil,
    _ payload: Value = .object([:])
  ) -> Event {
    Event(at: Self.start + second, kind: kind, path: path, attempt: attempt, host: host, payload: payload)
  }

  private func started(_ resumed: Bool = false, at second: Double = 0, pid: Int64 = 1) -> Event {
    event(.runStarted, at: second, ["machine": "desk", "pid": .integer(pid), "user": "op", "resumed": .bool(resumed)])
  }

  // MARK: The run

  static let endings: [(Event, RunStatus)] = [
    (Event(at: start, kind: .runSucceeded), .succeeded),
    (Event(at: start, kind: .runFailed, payload: ["failure": failure.value]), .failed),
    (Event(at: start, kind: .runConcluded, payload: ["failure": failure.value]), .findings),
    (Event(at: start, kind: .runRefused, payload: ["failure": failure.value]), .refused),
    (Event(at: start, kind: .runInterrupted, payload: ["reason": "SIGINT"]), .interrupted),
    (Event(at: start, kind: .runWaiting, path: "a", payload: ["reason": "approval"]), .waiting),
  ]

  @Test("each ending gives its status", arguments: endings)
  func ending(_ ending: Event, _ status: RunStatus) {
    let state = RunState(events: [event(.runCreated), started(), ending])
    #expect(state.status == status)
    #expect(state.finishedAt == Self.start)
    #expect(state.failure == ([.failed, .findings, .refused].contains(status) ? Self.failure : nil))
    #expect(state.status.isOver == [.succeeded, .findings, .refused].contains(status))
  }

  @Test("a new run is created, then running under its executor")
  func beginning() {
    var state = RunState()
    #expect(state.status == .created)
    state.apply(event(.runCreated, nil, ["runbook": "d.lua", "summary": "Distribute", "stack": "da"]))
    #expect(state.status == .created)
    #expect(state.summary == "Distribute")
    #expect(state.stack == "da")
    #expect(state.createdAt == Self.start)
    state.apply(started(at: 5, pid: 77))
    #expect(state.status == .running)
    #expect(state.executor == RunState(events: [started(pid: 77)]).executor)
    #expect(state.executor?.processID == 77)
    #expect(state.startedAt == Self.start + 5)
    #expect(state.executions == 1)
  }

  @Test("a resume forgets why the run stopped, and keeps when it began")
  func resumed() {
    var state = RunState(events: [started(), event(.runFailed, at: 9, ["failure": Self.failure.value])])
    state.apply(started(true, at: 100, pid: 2))
    #expect(state.status == .running)
    #expect(state.failure == nil)
    #expect(state.finishedAt == nil)
    #expect(state.startedAt == Self.start)
    #expect(state.executions == 2)
    #expect(state.executor?.processID == 2)
  }

  @Test("a waiting run tells what for, until it is resumed")
  func waiting() {
    var state = RunState(events: [
      started(), event(.runWaiting, "backup", ["reason": "approval", "message": "Is there a backup?"]),
    ])
    #expect(state.reason == "approval")
    #expect(state.waitingMessage == "Is there a backup?")
    #expect(state.waitingPath == "backup")
    state.apply(started(true))
    #expect(state.reason == nil && state.waitingMessage == nil && state.waitingPath == nil)
  }

  @Test("notes, messages and recorded values are kept in order")
  func extras() {
    let state = RunState(events: [
      event(.runNote, nil, ["title": "Enter these addresses", "items": ["10.0.0.1", "10.0.0.2"]]),
      event(.logMessage, "workers/da2", ["level": "warning", "text": "slow"]),
      event(.logMessage, nil, ["level": "info", "text": "plain"]),
      event(.valueRecorded, "time/1", ["value": 17]),
    ])
    #expect(state.notes.map(\.title) == ["Enter these addresses"])
    #expect(state.notes[0].items == ["10.0.0.1", "10.0.0.2"])
    #expect(state.messages.map(\.level) == ["warning", "info"])
    #expect(state.messages.map(\.path) == ["workers/da2", nil])
    #expect(state.recordedValues == ["time/1": 17])
  }

  @Test("a kind of a later version changes nothing but the place in history")
  func unknownKind() {
    var state = RunState(events: [started()])
    let before = state
    var later = event("step.teleported", "a", ["to": "mars"])
    later.sequence = 12
    state.apply(later)
    #expect(state.lastSequence == 12)
    #expect(state.steps == before.steps)
    #expect(state.status == before.status)
  }

  // MARK: Steps

  @Test(
    "a path gives name and scopes",
    arguments: [
      ("join", "join", []), ("workers/da2/join the swarm", "join the swarm", ["workers", "da2"]),
      ("a/b∕c", "b∕c", ["a"]),
    ])
  func names(_ path: String, _ name: String, _ scope: [String]) throws {
    let step = try #require(RunState(events: [event(.stepStarted, path)]).step(at: path))
    #expect(step.name == name)
    #expect(step.scope == scope)
    #expect(step.path == path)
  }

  @Test("steps stand in the order of their first appearance, whatever finishes first")
  func order() {
    let state = RunState(events: [
      event(.stepStarted, "b"), event(.stepStarted, "a"), event(.stepSucceeded, "a"), event(.stepStarted, "c"),
      event(.stepSucceeded, "b"),
    ])
    #expect(state.steps.map(\.path) == ["b", "a", "c"])
    #expect(state.step(at: "d") == nil)
  }

  @Test("a started step is in doubt until an outcome is recorded")
  func inDoubt() throws {
    var state = RunState(events: [
      started(), event(.stepStarted, "join", at: 3, attempt: 1, host: "da2", ["location": "distribute.lua:42"]),
    ])
    var step = try #require(state.step(at: "join"))
    #expect(step.status == .started)
    #expect(step.isInDoubt)
    #expect(step.location == SourceLocation(file: "distribute.lua", line: 42))
    #expect(step.host == "da2")
    #expect(step.startedAt == Self.start + 3)
    #expect(state.counts.inDoubt == 1)

    state.apply(event(.stepSucceeded, "join", at: 8, ["result": ["id": "x"], "outcome": "executed"]))
    step = try #require(state.step(at: "join"))
    #expect(step.status == .succeeded)
    #expect(!step.isInDoubt)
    #expect(step.outcome == .executed)
    #expect(step.result == ["id": "x"])
    #expect(step.endedAt == Self.start + 8)
    #expect(state.counts.inDoubt == 0)
  }

  @Test("a failed step is in doubt only when its failure leaves doubt", arguments: [true, false])
  func failedInDoubt(_ leavesDoubt: Bool) throws {
    var failure = Self.failure
    failure.leavesDoubt = leavesDoubt
    for kind in [EventKind.stepFailed, .attemptFailed] {
      var state = RunState(events: [event(.stepStarted, "a"), event(kind, "a", ["failure": failure.value])])
      #expect(state.step(at: "a")?.isInDoubt == leavesDoubt)
      #expect(state.counts.inDoubt == (leavesDoubt ? 1 : 0))
      state.apply(event(.stepSucceeded, "a", ["outcome": "already_so"]))
      #expect(state.counts.inDoubt == 0)
    }
  }

  @Test("a retry tells why, when the next attempt is due, and how many there may be")
  func retry() throws {
    var state = RunState(events: [
      started(), event(.stepStarted, "join", attempt: 1),
      event(
        .attemptFailed, "join", at: 2, attempt: 1,
        ["failure": Self.failure.value, "retry_after": 1.5, "attempts": 5]),
    ])
    var step = try #require(state.step(at: "join"))
    #expect(step.status == .retrying)
    #expect(step.failure == Self.failure)
    #expect(step.retryAt == Self.start + 3.5)
    #expect(step.maximumAttempts == 5)
    state.apply(event(.stepStarted, "join", at: 4, attempt: 2))
    step = try #require(state.step(at: "join"))
    #expect(step.status == .started)
    #expect(step.attempt == 2)
    #expect(step.retryAt == nil)
    #expect(step.startedAt == Self.start, "the step began with its first attempt")
    #expect(step.attemptStartedAt == Self.start + 4)
    #expect(step.failure == Self.failure, "the reason stays to be shown until the step succeeds")
    state.apply(event(.stepSucceeded, "join", at: 5, ["result": nil, "outcome": "executed"]))
    #expect(state.step(at: "join")?.failure == nil)
  }

  @Test("a step that a resume starts again has a new beginning")
  func startedAgain() throws {
    let state = RunState(events: [
      started(), event(.stepStarted, "a", at: 1, attempt: 1), event(.stepFailed, "a", at: 2),
      event(.runFailed, at: 2), started(true, at: 1000), event(.stepStarted, "a", at: 1001, attempt: 2),
    ])
    let step = try #require(state.step(at: "a"))
    #expect(step.startedAt == Self.start + 1001)
    #expect(step.endedAt == nil)
    #expect(step.status == .started)
  }

  @Test("effects and commands are those of the latest attempt")
  func effects() throws {
    var state = RunState(events: [
      event(.stepStarted, "a", attempt: 1),
      event(
        .effectStarted, "a", host: "da2",
        [
          "primitive": "swarm.leave", "command": [["host": "da2", "text": "docker swarm leave --force"]],
          "idempotent": true,
        ]),
      event(
        .effectStarted, "a",
        [
          "primitive": "swarm.join", "idempotent": false,
          "command": [["host": "da2", "text": "docker swarm join …"], ["text": "second"]],
        ]),
    ])
    let step = try #require(state.step(at: "a"))
    #expect(step.effects.map(\.primitive) == ["swarm.leave", "swarm.join"])
    #expect(step.effects.map(\.isIdempotent) == [true, false])
    #expect(
      step.commands == [
        ProcedureCommand(on: "da2", "docker swarm leave --force"),
        ProcedureCommand(on: "da2", "docker swarm join …"), ProcedureCommand(on: nil, "second"),
      ])
    state.apply(event(.stepStarted, "a", attempt: 2))
    #expect(state.step(at: "a")?.effects.isEmpty == true)
  }

  @Test("of much output the newest lines are kept and all are counted")
  func output() throws {
    var state = RunState(events: [event(.stepStarted, "a")])
    for line in 1...1000 { state.apply(event(.stepOutput, "a", host: "da2", ["text": .string("\(line)")])) }
    let step = try #require(state.step(at: "a"))
    #expect(step.outputCount == 1000)
    #expect(step.output.count >= StepState.outputLimit && step.output.count < 2 * StepState.outputLimit)
    #expect(step.output.last?.text == "1000")
    #expect(step.output.last?.host == "da2")
    let expected = ((1001 - step.output.count)...1000).map(String.init)
    #expect(step.output.map(\.text) == expected)
  }

  @Test("a replayed step stays what its checkpoint says")
  func replayed() throws {
    var state = RunState(events: [
      event(.stepStarted, "a"), event(.stepSucceeded, "a", ["result": 7, "outcome": "already_so"]),
    ])
    let counts = state.counts
    state.apply(event(.stepReplayed, "a", at: 9, ["outcome": "already_so"]))
    let step = try #require(state.step(at: "a"))
    #expect(step.isReplayed)
    #expect(step.status == .succeeded)
    #expect(step.outcome == .alreadySo)
    #expect(step.result == 7)
    #expect(step.endedAt == Self.start)
    #expect(state.counts == counts)
  }

  @Test("steps are counted by how they stand")
  func counts() {
    let state = RunState(events: [
      event(.stepSucceeded, "executed", ["outcome": "executed"]),
      event(.stepSucceeded, "so", ["outcome": "already_so"]),
      event(.stepSucceeded, "read", ["outcome": "read"]), event(.stepSucceeded, "resolved", ["outcome": "resolved"]),
      event(.stepStarted, "started"), event(.attemptFailed, "retrying"), event(.stepFailed, "failed"),
    ])
    #expect(state.counts.done == 4)
    #expect(state.counts.changed == 2)
    #expect(state.counts.unchanged == 1)
    #expect(state.counts.read == 1)
    #expect(state.counts.started == 1)
    #expect(state.counts.inDoubt == 1)
    #expect(state.counts.retrying == 1)
    #expect(state.counts.failed == 1)
    #expect(state.counts.total == state.steps.count)
  }

  // MARK: Approvals

  @Test(
    "an approval is open until it is answered",
    arguments: [
      (EventKind.approvalGranted, Approval.Answer.granted), (.approvalRejected, .rejected),
    ])
  func approval(_ kind: EventKind, _ answer: Approval.Answer) throws {
    var state = RunState(events: [event(.approvalRequested, "backup", ["message": "Is there a backup?"])])
    #expect(state.approval(at: "backup")?.answer == Approval.Answer.none)
    #expect(state.approval(at: "backup")?.message == "Is there a backup?")
    state.apply(event(.approvalRequested, "backup", at: 50, ["message": "Is there a backup?"]))
    state.apply(event(kind, "backup", at: 60, ["by": "op", "how": "terminal"]))
    let approval = try #require(state.approval(at: "backup"))
    #expect(state.approvals.count == 1)
    #expect(approval.answer == answer)
    #expect(approval.by == "op")
    #expect(approval.how == "terminal")
    #expect(approval.requestedAt == Self.start)
    #expect(approval.answeredAt == Self.start + 60)
  }

  // MARK: Laws

  @Test("events one by one give the same as all at once, and counts match the steps", arguments: 0..<20)
  func law(_ seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let kinds: [EventKind] = [
      .runCreated, .runStarted, .runSucceeded, .runFailed, .runRefused, .runInterrupted, .runWaiting, .runNote,
      .stepStarted, .effectStarted, .stepOutput, .attemptFailed, .stepSucceeded, .stepFailed, .stepReplayed,
      .approvalRequested, .approvalGranted, .approvalRejected, .valueRecorded, .logMessage, "unknown",
    ]
    let outcomes: [Value] = ["executed", "read", "already_so", "resolved", "other", nil]
    var failure = Self.failure
    var events: [Event] = []
    for sequence in 1...300 {
      failure.leavesDoubt = .random(using: &generator)
      events.append(
        Event(
          sequence: Int64(sequence), at: Self.start + Double(sequence), kind: kinds.randomElement(using: &generator)!,
          path: ["a", "b/c", "d/e/f", nil].randomElement(using: &generator)!,
          attempt: [1, 2, nil].randomElement(using: &generator)!,
          payload: [
            "failure": failure.value, "outcome": outcomes.randomElement(using: &generator)!,
            "result": .integer(Int64(sequence)), "text": "t",
          ]))
    }
    var state = RunState()
    for event in events {
      state.apply(event)
      let steps = state.steps
      #expect(state.counts.total == steps.count)
      #expect(state.counts.inDoubt == steps.count(where: \.isInDoubt))
      #expect(state.counts.done == steps.count { $0.status == .succeeded })
      #expect(state.counts.done == state.counts.changed + state.counts.unchanged + state.counts.read)
    }
    #expect(state == RunState(events: events))
    let half = RunState(events: events.prefix(150))
    #expect(events.dropFirst(150).reduce(into: half) { $0.apply($1) } == state)
  }
}
