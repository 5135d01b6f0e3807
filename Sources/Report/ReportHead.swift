import Foundation
import Journal
import Presentation
import Values

/// What a report begins with: which run, its status, what it ended with.
struct ReportHead {
  let record: RunRecord
  let state: RunState
  let executorIsGone: Bool
  let moment: MomentText
  let now: Date

  var members: [String: Any] {
    let status = StatusText(state, executorIsGone: executorIsGone)
    var members: [String: Any] = [
      "runbook": record.runbook, "run": record.id, "summary": PlainText.line(state.summary ?? ""),
      "status": status.words, "statusClass": status.name, "facts": facts, "written": moment.minute(now),
      "notes": state.notes.map(Self.note),
    ]
    if let failure = state.failure { members["failure"] = failures(failure) }
    let counts = OutcomeCounts(state.steps)
    if state.status == .succeeded || state.status == .findings {
      members["verdict"] = counts.sentence.isEmpty ? "There was nothing to do." : counts.sentence + "."
    }
    return members
  }

  private var facts: [[String: Any]] {
    var facts: [(String, String)] = [
      ("begun", "\(moment.minute(record.createdAt)), by \(record.user) on \(record.machine)")
    ]
    if let began = state.startedAt, let end = state.finishedAt ?? state.lastAt {
      let resumed = state.executions > 1 ? ", in \(state.executions) executions" : ""
      facts.append(("took", DurationText.of(end.timeIntervalSince(began)) + resumed))
    }
    if let origin = state.imported {
      facts.append(("imported", "from \(origin.machine), \(moment.minute(origin.at)) by \(origin.user)"))
    }
    if state.isSimulated { facts.append(("simulated", "no host was touched")) }
    facts.append(("runbook", record.runbookPath))
    if let inventory = record.inventoryPath { facts.append(("inventory", inventory)) }
    if let stack = state.stack { facts.append(("stack", stack)) }
    for (name, value) in record.parameters.sorted(by: { $0.key < $1.key }) {
      facts.append((name, value.stringValue ?? (try? JSON.encode(value, secrets: .hidden)) ?? ""))
    }
    return facts.map { ["name": $0.0, "text": PlainText.line($0.1)] }
  }

  private static func note(_ note: RunNote) -> [String: Any] {
    [
      "title": PlainText.line(note.title), "isTable": note.isTable, "items": note.items.map(PlainText.line),
      "headings": note.headings.map(PlainText.line), "rows": note.rows.map { $0.map(PlainText.line) },
    ]
  }

  /// The failure and those that belong to it, each once.
  private func failures(_ failure: Failure) -> [[String: Any]] {
    var found: [Failure] = []
    func add(_ failure: Failure) {
      if failure.related.isEmpty || !failure.message.isEmpty, !found.contains(failure) { found.append(failure) }
      failure.related.forEach(add)
    }
    add(failure)
    let sources = SourceText(files: record.files)
    return found.map { FailureEntry.members(of: $0, sources: sources) }
  }
}

/// A failure as a report shows it.
enum FailureEntry {
  static func members(of failure: Failure, sources: SourceText) -> [String: Any] {
    var members: [String: Any] = [
      "message": PlainText.line(failure.message), "code": failure.code.description,
    ]
    func put(_ name: String, _ text: String?) {
      guard let text, !text.isEmpty else { return }
      members[name] = PlainText.lines(text).joined(separator: "\n")
    }
    put("host", failure.host)
    put("step", failure.step)
    put("cause", failure.cause)
    put("hint", failure.hint)
    if let location = failure.location {
      put("location", location.description)
      put("line", sources.line(at: location))
    }
    return members
  }
}

/// Who approved what, as a report shows it.
struct ApprovalRows {
  let members: [[String: Any]]

  init(_ approvals: [Approval], _ moment: MomentText) {
    members = approvals.map { approval in
      let answer =
        switch approval.answer {
        case .none: "not answered"
        case .granted: "yes"
        case .rejected: "no"
        }
      return [
        "message": PlainText.line(approval.message), "answer": answer, "by": PlainText.line(approval.by ?? ""),
        "how": Self.words(approval.how), "at": approval.answeredAt.map { moment.minute($0) } ?? "",
      ]
    }
  }

  private static func words(_ how: String?) -> String {
    switch how {
    case "terminal": "at the terminal"
    case "option": "by an option of the command"
    case "command": "by a command of its own"
    case "page": "on the page"
    default: ""
    }
  }
}

/// The state of each host before and after a run, for the template.
struct SwarmRows {
  let members: [String: Any]

  init(before: SwarmSnapshot?, after: SwarmSnapshot?) {
    let old = before?.standings ?? [], new = after?.standings ?? []
    let names = old.map(\.name) + new.map(\.name).filter { name in !old.contains { $0.name == name } }
    members = [
      "isEmpty": before == nil, "hasAfter": after != nil,
      "rows": names.map { name -> [String: Any] in
        let was = old.first { $0.name == name }, now = new.first { $0.name == name }
        return [
          "name": name, "isChanged": after != nil && was != now,
          "columns": after == nil ? [Self.cell(was)] : [Self.cell(was), Self.cell(now)],
        ]
      },
    ]
  }

  private static func cell(_ status: HostStatus?) -> [String: Any] {
    guard let status else { return [:] }
    let remarks = [
      status.availability.flatMap { $0 == "active" ? nil : $0 }, status.state.flatMap { $0 == "ready" ? nil : $0 },
    ]
    return [
      "hostStatus": [
        "position": status.position, "remark": remarks.compactMap(\.self).joined(separator: ", "),
        "services": status.services, "labels": status.labels.map { "\($0)=\($1)" }.sorted(),
      ] as [String: Any]
    ]
  }
}
