import Foundation
import Hummingbird
import Journal
import Presentation

/// The list of all runs, kept up to date for every page that shows it.
actor ListPart {
  private let journal: WebJournal
  private let pages: PageRenderer
  private var states: [String: RunState] = [:]
  private var latest: (at: Date, html: String)?

  /// Pages that ask within this time, in seconds, get the same answer.
  private static let pace = 0.5

  init(journal: WebJournal, pages: PageRenderer) {
    self.journal = journal
    self.pages = pages
  }

  /// The list, newest run first.
  func html() async throws -> String {
    let now = Date()
    if let latest, now.timeIntervalSince(latest.at) < Self.pace { return latest.html }
    var rows: [[String: Any]] = []
    if let store = try await journal.open() {
      let leases = try await store.leases()
      for run in try await store.runs() {
        var state = states[run.id] ?? RunState()
        // Events are only ever added to a run.
        for event in try await store.events(of: run.id, after: state.lastSequence) { state.apply(event) }
        states[run.id] = state
        rows.append(
          Self.row(RunSummary(run: run, state: state, executorIsGone: journal.isGone(run, state, leases)), now))
      }
    }
    let html = pages.html("list", ["rows": rows, "isEmpty": rows.isEmpty])
    latest = (now, html)
    return html
  }

  private static func row(_ run: RunSummary, _ now: Date) -> [String: Any] {
    let counts = run.state.counts
    let isRunning = run.state.status == .running && !run.status.executorIsGone
    return [
      "id": run.record.id, "runbook": PlainText.line(run.record.runbook),
      "summary": PlainText.line(run.state.summary ?? ""), "status": run.status.shortWords, "class": run.status.name,
      "when": MomentText(timeZone: .current).minute(run.record.createdAt),
      // A number that changes all the time would make every read of a running run a change.
      "took": isRunning ? "" : run.duration(at: now).map(DurationText.of) ?? "-",
      "steps": counts.done == counts.total ? "\(counts.done)" : "\(counts.done)/\(counts.total)",
      "who": PlainText.line("\(run.record.user)@\(run.record.machine)"),
    ]
  }
}

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

/// A form that a page has sent.
struct WebForm: Sendable {
  private let fields: [String: String]

  /// No form is larger, in bytes.
  private static let limit = 64 * 1024

  init(_ request: Request) async throws {
    let type = request.headers[.contentType] ?? ""
    guard type.hasPrefix("application/x-www-form-urlencoded") else {
      throw Refusal(.unsupportedMediaType, "That is not a form.")
    }
    let body = try await request.body.collect(upTo: Self.limit)
    do { fields = try URLEncodedFormDecoder().decode([String: String].self, from: String(buffer: body)) } catch {
      throw Refusal(.badRequest, "That form can't be read.")
    }
  }

  /// A field's text; empty when it is not there.
  subscript(_ name: String) -> String { fields[name] ?? "" }

  /// Throws unless the form comes from a page of that session.
  func check(_ session: WebSession) throws {
    guard AccessToken.areEqual(self["form"], session.formToken) else {
      throw Refusal(.forbidden, "This form does not belong to your session; load the page again.")
    }
  }
}
