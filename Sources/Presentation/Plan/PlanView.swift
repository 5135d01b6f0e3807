import Values

/// What a run would do, for `runbook plan`: the steps by scope, each with the documented procedure's commands.
package struct PlanView: Sendable, Hashable {
  /// The runbook as the user named it.
  package var runbook: String
  /// What it is for.
  package var summary: String?
  /// The steps in the order of the procedure.
  package var steps: [PlannedStep]
  /// What else to say at the end.
  package var notes: [String]

  package init(runbook: String, summary: String? = nil, steps: [PlannedStep], notes: [String] = []) {
    self.runbook = runbook
    self.summary = summary
    self.steps = steps
    self.notes = notes
  }

  /// How many steps have which verdict.
  package struct Counts: Sendable, Hashable {
    /// Steps that change something.
    package var change = 0
    /// Steps whose purpose holds already.
    package var alreadySo = 0
    /// Steps that only read.
    package var reads = 0
    /// Steps that can't be known before others are done.
    package var unknown = 0
  }

  /// How many steps have which verdict.
  package var counts: Counts {
    steps.reduce(into: Counts()) { counts, step in
      switch step.verdict {
      case .change: counts.change += 1
      case .alreadySo: counts.alreadySo += 1
      case .reads: counts.reads += 1
      case .unknown: counts.unknown += 1
      }
    }
  }

  /// The view's lines. With `columns` `nil` nothing is wrapped: for a file or a pipe.
  package func render(columns: Int?, style: Style) -> [String] {
    lines(width: columns ?? 10_000, style: style).map { $0.text(style, columns: columns ?? .max) }
  }

  private func lines(width: Int, style: Style) -> [Line] {
    var lines = header(width: width, style: style)
    var scope: [String] = []
    for step in steps {
      if step.scope != scope {
        let shared = zip(step.scope, scope).prefix { $0 == $1 }.count
        if shared == 0 || !step.scope.isEmpty && shared < step.scope.count && shared == 0 { lines.append(Line()) }
        for depth in shared..<max(shared, step.scope.count) {
          lines.append(Line(String(repeating: "  ", count: depth) + step.scope[depth], .strong))
        }
        scope = step.scope
      }
      lines += describe(step, width: width, style: style)
    }
    // With a long plan the head has scrolled away.
    if !steps.isEmpty { lines += [Line()] + tally(width: width, style: style) }
    for note in notes {
      lines.append(Line())
      lines += Wrapping.wrap(note, to: width).map { Line($0) }
    }
    return lines
  }

  private func header(width: Int, style: Style) -> [Line] {
    var title = Line("Plan of ", .plain)
    title.append(runbook, .strong)
    if let summary { title.append(": " + summary) }
    let hosts = Set(steps.flatMap { [$0.host] + $0.commands.map(\.host) }.compactMap { $0 }).count
    var lines = [title]
    lines.append(
      Line(Counted.of(steps.count, "step") + " on " + Counted.of(hosts, "host") + ". Nothing was changed.", .faint))
    lines += tally(width: width, style: style)
    if steps.first?.scope.isEmpty ?? true { lines.append(Line()) }
    return lines
  }

  /// How many steps have which verdict.
  private func tally(width: Int, style: Style) -> [Line] {
    var lines: [Line] = []
    let symbols = Symbols(style)
    let counts = counts
    let legend: [(String, Tone, Int, String, String)] = [
      (symbols.changed, .warning, counts.change, "changes something", "change something"),
      (symbols.unchanged, .good, counts.alreadySo, "is already so", "are already so"),
      (symbols.reads, .faint, counts.reads, "only reads", "only read"),
      (symbols.unknown, .busy, counts.unknown, "is known only during the run", "are known only during the run"),
    ]
    var line = Line()
    for (symbol, tone, count, one, many) in legend where count > 0 {
      var part = Line(symbol, tone)
      part.append(" \(count) " + (count == 1 ? one : many))
      if line.width > 0, line.width + 3 + part.width > width {
        lines.append(line)
        line = Line()
      }
      if line.width > 0 { line.append("   ") }
      line.append(part)
    }
    return line.width > 0 ? lines + [line] : lines
  }

  private func describe(_ step: PlannedStep, width: Int, style: Style) -> [Line] {
    let symbols = Symbols(style)
    let indentation = String(repeating: "  ", count: step.scope.count)
    var line = Line(indentation)
    var remark: (String, Tone)?
    switch step.verdict {
    case .change: line.append(symbols.changed, .warning)
    case .alreadySo:
      line.append(symbols.unchanged, .good)
      remark = ("already so", .good)
    case .reads: line.append(symbols.reads, .faint)
    case .unknown(let earlier):
      line.append(symbols.unknown, .busy)
      remark = ("known after \"\(earlier)\"", .busy)
    }
    line.append(" " + step.name, step.verdict == .alreadySo ? .faint : .plain)
    if let host = step.host, step.scope.last != host { line.append("  " + host, .faint) }
    if let (text, tone) = remark { line.append("  " + text, tone) }
    var lines = [line]
    let inner = indentation + "    "
    if let note = step.note {
      lines += Wrapping.wrap(note, to: width - inner.count).map { Line(inner + $0, .faint) }
    }
    let hosts = step.commands.map { $0.host ?? "here" }
    let column = inner.count + (hosts.map(DisplayWidth.of).max() ?? 0) + 2
    for (host, command) in zip(hosts, step.commands) {
      for (index, part) in CommandWrapping.wrap(command.text, to: width - column).enumerated() {
        var line = Line(inner)
        if index == 0 { line.append(host, .faint) }
        line.indent(to: column)
        line.append(part, step.verdict == .alreadySo ? .faint : .plain)
        lines.append(line)
      }
    }
    return lines
  }
}

extension PlanView {
  /// Notes about decisions for which a run may take a different path than the plan.
  package static func notes(on uncertainties: [PlanUncertainty]) -> [String] {
    var places: [(file: String, after: String?, lines: [Int])] = [], notes: [String] = []
    for case .decision(let location, let after) in uncertainties {
      // A line that several branches reach is reported once.
      if places.contains(where: { $0.file == location.file && $0.lines.contains(location.line) }) { continue }
      if let index = places.firstIndex(where: { $0.file == location.file && $0.after == after }) {
        places[index].lines.append(location.line)
      } else {
        places.append((location.file, after, [location.line]))
      }
    }
    if !places.isEmpty {
      let shown = places.prefix(8).map { file, after, lines in
        "\(file):\(lines.map(String.init).joined(separator: ", "))" + (after.map { " (after \"\($0)\")" } ?? "")
      }
      let more = places.count > 8 ? " and \(places.count - 8) more" : ""
      notes.append(
        "open: the runbook decides by what only a run can find out: \(shown.joined(separator: "; "))\(more). "
          + "The plan shows one path; a run may take another.")
    }
    for case .unwatched(let file) in uncertainties {
      notes.append("open: \(file) is too large to find where it decides by what only a run can find out.")
    }
    for case .findings(let failure) in uncertainties {
      let findings = failure.related.map(\.message).joined(separator: "; ")
      notes.append("open: a run that takes this path ends with findings: \(failure.message): \(findings)")
    }
    return notes
  }
}

/// Breaks a command line so that it can still be copied into a shell: at spaces outside of quotes, with a backslash.
enum CommandWrapping {
  /// The lines of `command`, at most `columns` wide where its words allow that.
  static func wrap(_ command: String, to columns: Int) -> [String] {
    let command = PlainText.line(command)
    guard DisplayWidth.of(command) > columns else { return [command] }
    var lines: [String] = []
    var current = ""
    for word in words(of: command) {
      if current.isEmpty {
        current = lines.isEmpty ? word : "  " + word
      } else if DisplayWidth.of(current) + 1 + DisplayWidth.of(word) + 2 <= columns {
        current += " " + word
      } else {
        lines.append(current + " \\")
        current = "  " + word
      }
    }
    return lines + [current]
  }

  private static func words(of command: String) -> [String] {
    var words: [String] = []
    var word = ""
    var quote: Character?
    var isEscaped = false
    for character in command {
      if character == " ", quote == nil, !isEscaped {
        if !word.isEmpty { words.append(word) }
        word = ""
        continue
      }
      word.append(character)
      if isEscaped {
        isEscaped = false
      } else if character == "\\", quote != "'" {
        isEscaped = true
      } else if character == quote {
        quote = nil
      } else if quote == nil, character == "'" || character == "\"" {
        quote = character
      }
    }
    return word.isEmpty ? words : words + [word]
  }
}
