import Foundation
import Journal
import LuaVM
import Values

extension LiveDriver {
  func approve(_ message: String, in scope: Scope) async throws {
    let message = recorder.secrets.hidden(message)
    let path = scope.path(of: "approve: \(message)")
    switch history.approval(at: path)?.answer {
    case .granted: return
    case .rejected: throw rejection(message)
    default: break
    }
    try await pause.pass(stop, scope)
    try await Cancellation.check(stop, scope)
    try await recorder.record(recorder.event(Event.ApprovalRequested(message: message), path: path))
    guard let answer = try await approver.ask(message) else {
      try await recorder.record(
        recorder.event(Event.RunWaiting(reason: "approval", message: message), path: path))
      throw PersonNeeded(reason: "approval", path: path, message: message)
    }
    if answer.isYes {
      try await recorder.record(recorder.event(Event.ApprovalGranted(by: answer.by, how: answer.how), path: path))
    } else {
      try await recorder.record(recorder.event(Event.ApprovalRejected(by: answer.by, how: answer.how), path: path))
      throw rejection(message)
    }
  }

  private func rejection(_ message: String) -> RunEnded {
    RunEnded(failure: Failure(.rejected, "the operator rejected \"\(message)\""))
  }

  func log(level: String, _ text: String, in scope: Scope) async throws {
    try await say(Event.LogMessage(level: level, text: recorder.secrets.hidden(text)), in: scope)
  }

  func note(title: String, items: [String], in scope: Scope) async throws {
    let secrets = recorder.secrets
    try await say(Event.RunNoted(title: secrets.hidden(title), items: items.map { secrets.hidden($0) }), in: scope)
  }

  func showTable(title: String, headings: [String], rows: [[String]], in scope: Scope) async throws {
    let secrets = recorder.secrets
    try await say(
      Event.RunNoted(
        title: secrets.hidden(title), headings: headings.map { secrets.hidden($0) },
        rows: rows.map { row in row.map { secrets.hidden($0) } }),
      in: scope)
  }

  /// Inside a step a message is shown whenever the step is carried out; between steps a replay does not repeat it.
  private func say<Content: EventContent>(_ content: Content, in scope: Scope) async throws {
    let frame = TaskContext.step
    guard frame != nil || recordedValues.isNew(Content.kind, in: scope) else { return }
    let path = frame?.path ?? (scope.path.isEmpty ? nil : scope.path.joined(separator: "/"))
    try await recorder.record(
      recorder.event(content, path: path, attempt: frame?.attempt, host: frame?.host ?? scope.host))
  }

  func warn(_ text: String, in frame: StepFrame) async {
    await recorder.show(
      recorder.event(
        Event.LogMessage(level: "warning", text: recorder.secrets.hidden(text)),
        path: frame.path.isEmpty ? nil : frame.path, host: frame.host))
  }

  func refuse(_ findings: [Failure]) async throws {
    guard !findings.isEmpty else { return }
    let count = findings.count == 1 ? "1 check" : "\(findings.count) checks"
    let changes = await recorder.state.mayHaveChanged ? "" : "; nothing was changed"
    throw RunRefused(
      failure: Failure(
        .refused, "\(count) failed\(changes)",
        hint: "fix the problems below, then run it again", related: findings))
  }

  func conclude(_ message: String, _ findings: [Failure]) async throws {
    guard !findings.isEmpty else { return }
    throw RunConcluded(
      failure: Failure(.findings, message, hint: "fix the problems below, then run it again", related: findings))
  }

  func recorded(_ kind: String, in scope: Scope, make: @Sendable () -> Value) async throws -> Value {
    if TaskContext.step != nil { return make() }
    let key = scope.path(of: "\(kind) \(scope.next(kind))")
    if let value = recordedValues.value(key) { return value }
    let value = make()
    try await recorder.record(recorder.event(Event.ValueRecorded(value: value), path: key))
    return value
  }

  func now() -> Value { .number(clock.now().timeIntervalSince1970) }

  func sleep(seconds: Double, in scope: Scope, frame: StepFrame?) async throws {
    if frame != nil { return try await clock.sleep(seconds: seconds) }
    // The moment of waking is recorded, so that after a restart a wait continues where it was.
    let clock = clock
    let wake = try await recorded("sleep", in: scope) { .number(clock.now().timeIntervalSince1970 + seconds) }
    guard case .number(let moment) = wake else { return }
    let rest = moment - clock.now().timeIntervalSince1970
    if rest > 0 { try await clock.sleep(seconds: rest, unless: stop) }
  }
}
