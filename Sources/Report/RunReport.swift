import Foundation
import Journal
import Mustache
import Presentation
import Values

/// A run as one self-contained HTML file, for the record: what was done when and on which host, who agreed to what, every
/// command with its output. Nothing in it is loaded from elsewhere, and no secret is in it.
public struct RunReport: Sendable {
  private let record: RunRecord
  private let events: [Event]
  private let executorIsGone: Bool
  private let timeZone: TimeZone

  /// Describes a run.
  ///
  /// - Parameters:
  ///   - events: all of its events.
  ///   - executorIsGone: whether nobody alive holds the lease of a run that counts as running.
  ///   - timeZone: in which moments are told.
  public init(run record: RunRecord, events: [Event], executorIsGone: Bool = false, timeZone: TimeZone = .current) {
    self.record = record
    self.events = events
    self.executorIsGone = executorIsGone
    self.timeZone = timeZone
  }

  /// The file's text. `now` is when it is written.
  public func html(at now: Date = Date()) throws -> String {
    let state = RunState(events: events)
    let moment = MomentText(timeZone: timeZone)
    let template = try MustacheTemplate(string: ReportTemplate.page)
    let head = ReportHead(record: record, state: state, executorIsGone: executorIsGone, moment: moment, now: now)
    let timeline = TimelineModel(Timeline(events: events), moment: moment)
    var page = head.members
    page["style"] = ReportStyle.sheet
    page["zone"] = timeZone.abbreviation(for: now) ?? timeZone.identifier
    page["timeline"] = timeline.members
    page["groups"] = StepRows(state: state, events: events, moment: moment).members
    page["swarms"] = SwarmRows(before: events.picture(.before), after: events.picture(.after)).members
    page["approvals"] = ApprovalRows(state.approvals, moment).members
    page["messages"] = state.messages.map { message -> [String: Any] in
      [
        "at": moment.clock(message.at), "text": PlainText.line(message.text), "isWarning": message.level == "warning",
        "path": PlainText.line(message.path ?? ""),
      ]
    }
    page["hasApprovals"] = !state.approvals.isEmpty
    page["hasMessages"] = !state.messages.isEmpty
    page["files"] = record.files.map { file -> [String: Any] in
      ["name": file.name, "role": file.role.rawValue, "text": file.text]
    }
    return template.render(page)
  }
}
