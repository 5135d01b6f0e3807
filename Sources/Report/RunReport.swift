import Foundation
import Journal

/// A run as one self-contained HTML file, for the record: what was done when and on which host, who approved what,
/// every command with its output. Nothing in it is loaded from elsewhere, and no secret is in it.
public struct RunReport: Sendable {
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
  public init(run record: RunRecord, events: [Event], executorIsGone: Bool = false, timeZone: TimeZone = .current) {
    self.record = record
    self.events = events
    self.executorIsGone = executorIsGone
    self.timeZone = timeZone
  }

  /// The file's text. `now` is when it is written.
  public func html(at now: Date = Date()) throws -> String {
    let fragments = try RunFragments(
      run: record, events: events, executorIsGone: executorIsGone, isLive: false, timeZone: timeZone, at: now)
    var page = fragments.members
    page["style"] = ReportStyle.sheet
    page["files"] = record.files.map { file -> [String: Any] in
      ["name": file.name, "role": file.role.rawValue, "text": file.text]
    }
    return fragments.render("page", page)
  }
}
