import Foundation
import Journal
import Mustache
import Presentation
import Values

/// A run as one self-contained HTML file, for the record: what was done when and on which host, who approved what,
/// every command with its output. Nothing in it is loaded from elsewhere, and no secret is in it.
package struct RunReport: Sendable {
  private let record: RunRecord
  private let events: [Event]
  private let executorIsGone: Bool
  private let timeZone: TimeZone

  /// Describes a run.
  ///
  /// - Parameters:
  ///   - events: all of its events.
  ///   - executorIsGone: whether no living process holds the lease of a run that counts as running.
  ///   - timeZone: in which moments are shown.
  package init(run record: RunRecord, events: [Event], executorIsGone: Bool = false, timeZone: TimeZone = .current) {
    self.record = record
    self.events = events
    self.executorIsGone = executorIsGone
    self.timeZone = timeZone
  }

  /// The file's text. `now` is when it is written.
  package func html(at now: Date = Date()) throws -> String {
    let fragments = try RunFragments(
      run: record, events: events, executorIsGone: executorIsGone, isLive: false, timeZone: timeZone, at: now)
    var page = fragments.members
    page["style"] = ReportStyle.view
    page["files"] = record.files.map { file -> [String: Any] in
      ["name": file.name, "role": file.role.rawValue, "text": file.text]
    }
    return fragments.render("page", page)
  }
}

/// The parts of a page about one run, as HTML, for the report and the live page. Text from hosts and files is escaped
/// in them; no secret is in them.
package struct RunFragments {
  /// A part of the page.
  package enum Part: String, CaseIterable, Sendable {
    /// Which run, its status, and the facts about it.
    case head
    /// What it ended with: verdict, failures, what has to be done afterwards.
    case outcome
    /// When each attempt was running, host by host.
    case timeline
    /// The state of each host in the swarm before and after.
    case swarms
    /// Who approved what.
    case approvals
    /// The runbook's messages.
    case messages
    /// The steps by scope, each with its commands and its newest output.
    case tree
  }

  let members: [String: Any]
  private let library: MustacheLibrary

  /// Takes in a run.
  ///
  /// - Parameters:
  ///   - events: all of its events; those of the kind `step.output` may be missing where the state is given.
  ///   - state: what the events add up to, where it is known already.
  ///   - executorIsGone: whether no living process holds the lease of a run that counts as running.
  ///   - isLive: whether the page shows this moment: a step without an outcome is running, not unknown.
  package init(
    run: RunRecord, events: [Event], state: RunState? = nil, executorIsGone: Bool = false, isLive: Bool = true,
    timeZone: TimeZone = .current,
    at now: Date = Date()
  ) throws {
    let state = state ?? RunState(events: events)
    let moment = MomentText(timeZone: timeZone)
    let isAtWork = isLive && state.status == .running && !executorIsGone
    let head = ReportHead(record: run, state: state, executorIsGone: executorIsGone, moment: moment, now: now)
    let timeline = Timeline(events: events, until: isAtWork ? now : nil)
    var page = head.members
    page["zone"] = timeZone.abbreviation(for: now) ?? timeZone.identifier
    page["timeline"] = TimelineModel(timeline, moment: moment, isAtWork: isAtWork).members
    page["swarms"] = SwarmRows(before: events.snapshot(.before), after: events.snapshot(.after)).members
    page["approvals"] = ApprovalRows(state.approvals, moment).members
    page["messages"] = state.messages.map { message -> [String: Any] in
      [
        "at": moment.clock(message.at), "text": PlainText.line(message.text), "isWarning": message.level == "warning",
        "path": PlainText.line(message.path ?? ""),
      ]
    }
    page["hasApprovals"] = !state.approvals.isEmpty
    page["hasMessages"] = !state.messages.isEmpty
    if isLive {
      let began = isAtWork ? events.last { $0.kind == .runStarted }?.at : nil
      page["nodes"] = StepTree(state: state, events: events, moment: moment, atWorkSince: began, now: now).members
    } else {
      page["groups"] = StepRows(state: state, events: events, moment: moment).members
    }
    members = page
    library = MustacheLibrary(templates: try ReportTemplate.parts.mapValues { try MustacheTemplate(string: $0) })
  }

  /// The HTML of a part; empty where there is nothing to show.
  package func html(_ part: Part) -> String { render(part.rawValue, members) }

  func render(_ template: String, _ members: [String: Any]) -> String {
    library.render(members, withTemplate: template) ?? ""
  }
}
