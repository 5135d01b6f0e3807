import Journal
import Presentation

/// What a user can do about a run: the forms of its page, or what to type where the page can't do it.
struct AskPart {
  let pages: PageRenderer
  /// The token in each form; `nil` where the page can't change anything.
  let formToken: String?

  /// The part of the page.
  func html(_ run: RunSummary) throws -> String {
    let open = run.state.approvals.filter { $0.answer == .none }
    let state = run.state
    var members: [String: Any] = [
      "run": run.record.id, "formToken": formToken ?? "", "canAct": formToken != nil,
      "questions": open.map { ["message": PlainText.line($0.message)] }, "shown": Self.shown(open),
    ]
    func say(_ name: String, _ isSo: Bool) { members[name] = isSo }
    say("asks", state.status == .waiting && !open.isEmpty)
    say("asksAtTerminal", state.status == .running && !run.status.executorIsGone && !open.isEmpty)
    say(
      "canPause", formToken != nil && state.status == .running && !run.status.executorIsGone && run.status.pause == nil)
    say("isToPause", run.status.pause != nil)
    say("isPaused", run.status.pause == .paused)
    say("isInDoubt", state.status == .waiting && state.reason == "in_doubt")
    say("canBeResumed", run.status.canBeResumed && !(state.status == .waiting && !open.isEmpty))
    members["executor"] = state.executor.map { PlainText.line("\($0.user) on \($0.machine)") } ?? ""
    members["pausedBy"] = PlainText.line(state.pause?.by ?? "")
    members["waitingMessage"] = PlainText.line(state.waitingMessage ?? "")
    members["waitingPath"] = PlainText.line(state.waitingPath ?? "")
    members["command"] = "runbook \(state.isRollingBack ? "rollback" : "resume") \(run.record.id)"
    members["isEmpty"] = !["asks", "asksAtTerminal", "canPause", "isToPause", "isInDoubt", "canBeResumed"]
      .contains { members[$0] as? Bool == true }
    return pages.html("ask", members)
  }

  /// Its status, in a line that a screen reader speaks when it changes.
  func announcement(_ run: RunSummary) -> String {
    let waiting = run.state.waitingMessage.map { ": \($0)" } ?? ""
    let failure = run.state.failure.map { ": \($0.message)" } ?? ""
    return pages.escaped(
      PlainText.line("\(run.record.runbook) \(run.record.id) is \(run.status.words)\(waiting)\(failure)"))
  }

  /// Names the questions that a form shows, so that an answer to others is noticed.
  static func shown(_ open: [Approval]) -> String { open.map(\.path).joined(separator: "\n") }
}
