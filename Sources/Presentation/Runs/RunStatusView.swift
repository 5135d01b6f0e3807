import Foundation
import Journal
import Values

/// One run in full, for `runbook show RUN`.
package struct RunStatusView: Sendable {
  /// The run.
  package var run: RunSummary
  /// What to type next.
  package var next: [NextCommand]

  /// Describes a run in full. Without `next`, it says how to resume it when that is possible.
  package init(
    run record: RunRecord, state: RunState, executorIsGone: Bool = false, next: [NextCommand]? = nil
  ) {
    run = RunSummary(run: record, state: state, executorIsGone: executorIsGone)
    let resume =
      state.isRollingBack
      ? NextCommand("runbook rollback \(record.id)", "continue undoing this run")
      : NextCommand("runbook resume \(record.id)", "continue this run")
    let unpause = NextCommand("runbook unpause \(record.id)", "let this run continue")
    self.next = next ?? (run.status.canBeResumed ? [resume] : run.status.pause != nil ? [unpause] : [])
  }

  /// The view's lines. With `columns` `nil` nothing is wrapped: for a file or a pipe.
  package func render(columns: Int?, at now: Date = Date(), style: Style) -> [String] {
    lines(width: columns ?? 10_000, at: now, style: style).map { $0.text(style, columns: columns ?? .max) }
  }

  private func lines(width: Int, at now: Date, style: Style) -> [Line] {
    var lines = header(at: now, style: style)
    if !run.state.steps.isEmpty || !run.state.approvals.isEmpty || !run.state.messages.isEmpty {
      lines.append(Line())
      lines += StepList(run: run, now: now, style: style, width: width).lines()
    }
    lines.append(Line())
    // What the run's own files say, not what is on the disk now.
    let ending = Ending(
      sources: SourceText(files: run.record.files), next: next)
    return lines
      + EndingView(state: run.state, ending: ending, style: style, executorIsGone: run.executorIsGone)
      .lines(columns: width)
  }

  private func header(at now: Date, style: Style) -> [Line] {
    let record = run.record
    let state = run.state
    var title = Line(record.runbook, .strong)
    title.append("  " + record.id, .busy)
    title.append("  ")
    title.append(run.status.words, run.status.tone)
    var lines = [title]
    if let summary = state.summary { lines.append(Line(summary, .faint)) }
    func field(_ name: String, _ text: String) {
      var line = Line("  " + name, .faint)
      line.indent(to: 14)
      line.append(text)
      lines.append(line)
    }
    let moment = MomentText(timeZone: style.timeZone)
    let begun = moment.minute(record.createdAt) + ", " + moment.relative(record.createdAt, to: now)
    field("begun", begun + ", by \(record.user) on \(record.machine)")
    if let duration = run.duration(at: now) {
      let resumed = state.executions > 1 ? ", resumed " + Counted.of(state.executions - 1, "time") : ""
      field("took", DurationText.of(duration) + resumed)
    }
    if let pause = state.pause, run.status.pause != nil {
      field("pause", "requested by \(pause.by), " + moment.relative(pause.at, to: now))
    }
    if let origin = state.imported {
      field("imported", "from \(origin.machine), \(moment.minute(origin.at)) by \(origin.user); it can only be read")
    }
    if state.isSimulated {
      field("simulated", "no host was touched; to continue in its world: --simulate \(record.id)")
    }
    field("runbook", record.runbookPath)
    if let inventory = record.inventoryPath { field("inventory", inventory) }
    if let stack = state.stack { field("stack", stack) }
    let parameters = record.parameters.sorted { $0.key < $1.key }
    if !parameters.isEmpty {
      field("parameters", parameters.map { "\($0.key)=\(Self.text($0.value))" }.joined(separator: "  "))
    }
    return lines
  }

  private static func text(_ value: Value) -> String { value.stringValue ?? value.secretText ?? JSONText(value).line }
}

extension RunStatusView {
  /// The run as one JSON object: the members described at ``RunTable/json(at:)``, and `parameters`, `steps` (here an
  /// array of objects: `path`, `name`, `scope`, `state` (`started`, `retrying`, `succeeded`, `failed`), `outcome`
  /// (`executed`, `read`, `already_so`, `resolved`, `reused`), `host`, `attempt`, `attempts_allowed`, `started_at`, `ended_at`,
  /// `duration`, `place`, `commands` [{`host`, `text`}], `result`, `failure`), `counts` (what is `steps` there),
  /// `approvals`, `notes` [{`title`, `items`, or of a table `headings` and
  /// `rows`}], `messages`, `failure`, `reason`, `waiting_for`, `next`.
  package func json(at now: Date = Date()) -> String {
    let state = run.state
    var members = run.json(at: now).map { $0.0 == "steps" ? ("counts", $0.1) : $0 }
    members.append(("parameters", JSONText(.object(run.record.parameters))))
    members.append(("steps", .array(state.steps.map(Self.json(of:)))))
    members.append(
      (
        "approvals",
        .array(
          state.approvals.map { approval in
            .object([
              ("path", .string(approval.path)), ("message", .string(approval.message)),
              ("answer", .string(approval.answer.rawValue)), ("by", JSONText(approval.by)),
              ("how", JSONText(approval.how)), ("requested_at", JSONText(approval.requestedAt)),
              ("answered_at", JSONText(approval.answeredAt)),
            ])
          })
      ))
    members.append(
      (
        "notes",
        .array(
          state.notes.map { note in
            .object([
              ("title", .string(note.title)), ("items", .array(note.items.map { .string($0) })),
              ("headings", .array(note.headings.map { .string($0) })),
              ("rows", .array(note.rows.map { .array($0.map { .string($0) }) })),
            ])
          })
      ))
    members.append(
      (
        "messages",
        .array(
          state.messages.map { message in
            .object([
              ("at", JSONText(message.at)), ("level", .string(message.level)), ("path", JSONText(message.path)),
              ("text", .string(message.text)),
            ])
          })
      ))
    members.append(("failure", state.failure.map { JSONText($0.value) } ?? .null))
    members.append(("reason", JSONText(state.reason)))
    members.append(("waiting_for", JSONText(state.waitingMessage)))
    members.append(("next", .array(next.map { .string($0.command) })))
    return JSONText.object(members).pretty
  }

  private static func json(of step: StepState) -> JSONText {
    let duration: TimeInterval? =
      if let began = step.startedAt, let ended = step.endedAt { ended.timeIntervalSince(began) } else { nil }
    return .object([
      ("path", .string(step.path)), ("name", .string(step.name)), ("scope", .array(step.scope.map { .string($0) })),
      ("state", .string(step.status.rawValue)), ("outcome", JSONText(step.outcome?.rawValue)),
      ("host", JSONText(step.host)), ("attempt", .integer(Int64(step.attempt))),
      ("attempts_allowed", step.maximumAttempts.map { .integer(Int64($0)) } ?? .null),
      ("started_at", JSONText(step.startedAt)), ("ended_at", JSONText(step.endedAt)),
      ("duration", JSONText(seconds: duration)), ("location", JSONText(step.location?.description)),
      ("commands", .array(step.commands.map { .object([("host", JSONText($0.host)), ("text", .string($0.text))]) })),
      ("result", step.result.map { JSONText($0) } ?? .null),
      ("failure", step.failure.map { JSONText($0.value) } ?? .null),
    ])
  }
}

extension Value {
  /// The placeholder of a secret; `nil` when this is not one.
  fileprivate var secretText: String? { if case .secret = self { Secret.placeholder } else { nil } }
}
