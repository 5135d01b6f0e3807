import Foundation
import Journal
import LuaVM
import Values

extension LiveDriver {
  func approve(_ message: String, in scope: Scope) async throws {
    let path = scope.path(of: "approve: \(message)")
    switch history.approval(at: path)?.answer {
    case .granted: return
    case .rejected: throw rejection(message)
    default: break
    }
    try await pause.pass(stop, scope)
    try await Cancellation.check(stop, scope)
    try await recorder.record(recorder.event(.approvalRequested, path: path, ["message": .string(message)]))
    guard let answer = try await approver.ask(message) else {
      try await recorder.record(
        recorder.event(.runWaiting, path: path, ["reason": "approval", "message": .string(message)]))
      throw PersonNeeded(reason: "approval", path: path, message: message)
    }
    try await recorder.record(
      recorder.event(
        answer.isYes ? .approvalGranted : .approvalRejected, path: path,
        ["by": .string(answer.by), "how": .string(answer.how)]))
    if !answer.isYes { throw rejection(message) }
  }

  private func rejection(_ message: String) -> Failure {
    Failure(.rejected, "a person said no to \"\(message)\"")
  }

  func log(level: String, _ text: String, in scope: Scope) async throws {
    try await say(.logMessage, in: scope, ["level": .string(level), "text": .string(text)])
  }

  func note(title: String, items: [String], in scope: Scope) async throws {
    try await say(.runNote, in: scope, ["title": .string(title), "items": .array(items.map { .string($0) })])
  }

  func showTable(title: String, headings: [String], rows: [[String]], in scope: Scope) async throws {
    try await say(
      .runNote, in: scope,
      [
        "title": .string(title), "headings": .array(headings.map { .string($0) }),
        "rows": .array(rows.map { .array($0.map { .string($0) }) }),
      ])
  }

  /// Inside a step a message is said whenever the step is carried out; between steps a replay does not repeat it.
  private func say(_ kind: EventKind, in scope: Scope, _ payload: [String: Value]) async throws {
    let frame = Surroundings.step
    guard frame != nil || recordedValues.isNew(kind, in: scope) else { return }
    let path = frame?.path ?? (scope.path.isEmpty ? nil : scope.path.joined(separator: "/"))
    try await recorder.record(
      recorder.event(kind, path: path, attempt: frame?.attempt, host: frame?.host ?? scope.host, payload))
  }

  func warn(_ text: String, in frame: StepFrame) async {
    await recorder.show(
      recorder.event(
        .logMessage, path: frame.path.isEmpty ? nil : frame.path, host: frame.host,
        ["level": "warning", "text": .string(text)]))
  }

  func refuse(_ findings: [Failure]) async throws {
    guard !findings.isEmpty else { return }
    let count = findings.count == 1 ? "a finding stands" : "\(findings.count) findings stand"
    let changes = await recorder.state.mayHaveChanged ? "" : "; nothing was changed"
    throw RunRefused(
      failure: Failure(
        .refused, "\(count) in the way\(changes)",
        hint: "mend what is listed, then run it again", related: findings))
  }

  func conclude(_ message: String, _ findings: [Failure]) async throws {
    guard !findings.isEmpty else { return }
    throw RunConcluded(
      failure: Failure(.findings, message, hint: "fix what is listed, then run it again", related: findings))
  }

  func recorded(_ kind: String, in scope: Scope, make: @Sendable () -> Value) async throws -> Value {
    if Surroundings.step != nil { return make() }
    let key = scope.path(of: "\(kind) \(scope.next(kind))")
    if let value = recordedValues.value(key) { return value }
    let value = make()
    try await recorder.record(recorder.event(.valueRecorded, path: key, ["value": value]))
    return value
  }

  func now() -> Value { .number(clock.now().timeIntervalSince1970) }

  func sleep(seconds: Double, in scope: Scope, frame: StepFrame?) async throws {
    if frame != nil { return try await clock.sleep(seconds: seconds) }
    // The moment of waking is recorded, so that a wait goes on where it was after a restart.
    let clock = clock
    let wake = try await recorded("sleep", in: scope) { .number(clock.now().timeIntervalSince1970 + seconds) }
    guard case .number(let moment) = wake else { return }
    let rest = moment - clock.now().timeIntervalSince1970
    if rest > 0 { try await clock.sleep(seconds: rest, unless: stop) }
  }
}
