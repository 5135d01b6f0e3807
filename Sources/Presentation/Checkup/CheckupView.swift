/// What was checked and the results, for `runbook doctor`.
package struct CheckupView: Sendable {
  /// The result of a check.
  package enum Verdict: String, Sendable {
    /// As it should be.
    case ok
    /// Works, but the operator should know about it.
    case warn
    /// It prevents a run.
    case fail
  }

  /// One check.
  package struct Entry: Sendable {
    /// What it is about; entries of one subject are shown together.
    package var subject: String
    /// What was checked.
    package var check: String
    /// The result.
    package var verdict: Verdict
    /// What was found.
    package var text: String
    /// What to do.
    package var hint: String?

    package init(subject: String, check: String, verdict: Verdict, text: String, hint: String?) {
      self.subject = subject
      self.check = check
      self.verdict = verdict
      self.text = text
      self.hint = hint
    }
  }

  /// The entries in the order to show them.
  package var entries: [Entry]

  package init(_ entries: [Entry]) { self.entries = entries }

  /// Whether a check failed.
  package var hasFailure: Bool { entries.contains { $0.verdict == .fail } }

  /// The view's lines, wrapped at `columns`, at most 100.
  package func render(columns: Int?, style: Style) -> [String] {
    let width = min(columns ?? 100, 100)
    let column = (entries.map { DisplayWidth.of($0.check) }.max() ?? 0) + 10
    var lines: [Line] = []
    var subject: String?
    for entry in entries {
      if entry.subject != subject {
        if subject != nil { lines.append(Line()) }
        lines.append(Line(entry.subject, .strong))
        subject = entry.subject
      }
      var head = Line("  " + entry.verdict.rawValue, entry.verdict.tone)
      head.indent(to: 7)
      head.append(" " + entry.check, .faint)
      lines += Self.hanging(head, entry.text, at: column, width: width)
      if let hint = entry.hint { lines += Self.hanging(Line(), "do: " + hint, at: column, width: width) }
    }
    lines += [Line(), verdict]
    return lines.map { $0.text(style, columns: columns ?? .max) }
  }

  private static func hanging(_ head: Line, _ text: String, at column: Int, width: Int) -> [Line] {
    Wrapping.wrap(text, to: max(20, width - column)).enumerated().map { index, part in
      var line = index == 0 ? head : Line()
      line.indent(to: column)
      line.append(part)
      return line
    }
  }

  private var verdict: Line {
    let failures = entries.count { $0.verdict == .fail }, warnings = entries.count { $0.verdict == .warn }
    let tail = warnings > 0 ? ", " + Counted.of(warnings, "warning") : ""
    if failures > 0 { return Line(Counted.of(failures, "problem") + tail, .bad) }
    return warnings > 0
      ? Line(Counted.of(warnings, "warning"), .warning) : Line("All checks passed.", .good)
  }

  /// One JSON object: `ok` (bool: no check failed), `checks` [{`subject`, `check`, `verdict` (`ok`, `warn`,
  /// `fail`), `text`, `hint`}].
  package func json() -> String {
    JSONText.object([
      ("ok", .bool(!hasFailure)),
      (
        "checks",
        .array(
          entries.map { entry in
            .object([
              ("subject", .string(entry.subject)), ("check", .string(entry.check)),
              ("verdict", .string(entry.verdict.rawValue)), ("text", .string(entry.text)),
              ("hint", JSONText(entry.hint)),
            ])
          })
      ),
    ]).pretty
  }
}

extension CheckupView.Verdict {
  var tone: Tone {
    switch self {
    case .ok: .good
    case .warn: .warning
    case .fail: .bad
    }
  }
}
