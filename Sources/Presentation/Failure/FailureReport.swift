import Values

/// A failure for people: what happened, where, in whose words, what to do, what stays done, what to type next.
package struct FailureReport: Sendable {
  /// What went wrong; related failures are shown each on its own.
  package var failure: Failure
  /// The files whose lines are shown.
  package var sources: SourceText
  /// What was done before and stays done, as sentences.
  package var done: [String]
  /// What to type next.
  package var next: [NextCommand]

  package init(
    _ failure: Failure, sources: SourceText = SourceText(), done: [String] = [], next: [NextCommand] = []
  ) {
    self.failure = failure
    self.sources = sources
    self.done = done
    self.next = next
  }

  /// The report's lines, wrapped at `columns`, at most 100.
  package func render(columns: Int, style: Style) -> [String] {
    lines(columns: columns, style: style).map { $0.text(style, columns: columns) }
  }

  func lines(columns: Int, style: Style) -> [Line] {
    let width = min(columns, 100)
    var lines = describe(failure, showsCode: true, style: style, width: width)
    let related = flattened(failure.related)
    if related.count > 1 || (related.count == 1 && related[0] != failure) {
      for other in related {
        lines.append(Line())
        lines += describe(other, showsCode: false, style: style, width: width)
      }
    }
    if !done.isEmpty {
      lines.append(Line())
      for sentence in done { lines += Wrapping.wrap(sentence, to: width).map { Line($0) } }
    }
    return lines + Self.next(next, columns: width)
  }

  /// What to type next, after an empty line.
  static func next(_ commands: [NextCommand], columns: Int) -> [Line] {
    guard !commands.isEmpty else { return [] }
    let column = (commands.map { DisplayWidth.of($0.command) }.max() ?? 0) + 5
    return [Line()]
      + commands.flatMap { next in
        // Where there is no room beside the command, the purpose is cut.
        let isNarrow = next.purpose.isEmpty || columns - column < 20
        let purpose = isNarrow ? [next.purpose] : Wrapping.wrap(next.purpose, to: columns - column)
        return purpose.enumerated().map { index, part in
          var line = Line("  ")
          if index == 0 { line.append(next.command, .strong) }
          line.indent(to: column)
          line.append(part, .faint)
          return line
        }
      }
  }

  private func flattened(_ failures: [Failure]) -> [Failure] {
    failures.flatMap { other in
      var own = other
      own.related = []
      return [own] + flattened(other.related)
    }
  }

  private func describe(_ failure: Failure, showsCode: Bool, style: Style, width: Int) -> [Line] {
    var lines: [Line] = []
    let headline = (failure.host.map { "\($0): " } ?? "") + failure.message
    for (index, text) in Wrapping.wrap(headline, to: width - 2).enumerated() {
      var line = Line(index == 0 ? Symbols(style).failed + " " : "  ", .bad)
      line.append(text, .strong)
      lines.append(line)
    }
    if let step = failure.step { lines += Self.field("step", [(step, .plain)], width: width) }
    if let location = failure.location { lines += self.location(location, of: failure, width: width) }
    lines += calls(failure, width: width)
    var fields: [(label: String, texts: [(String, Tone)])] = []
    if let cause = failure.cause, !PlainText.lines(cause).isEmpty { fields.append(("cause", [(cause, .warning)])) }
    if let hint = failure.hint, !hint.isEmpty { fields.append(("do", [(hint, .good)])) }
    if showsCode { fields.append(("code", [(failure.code.rawValue, .faint)])) }
    return lines + fields.flatMap { Self.field($0.label, $0.texts, width: width) }
  }

  /// The failing line; of an error in the runbook's own code with the lines around it.
  private func location(_ location: SourceLocation, of failure: Failure, width: Int) -> [Line] {
    let isInCode = failure.code.rawValue.hasPrefix("runbook.") && failure.code.rawValue != "runbook.failed"
    let excerpt = isInCode ? sources.excerpt(around: location, reach: 2) : []
    guard !excerpt.isEmpty else {
      let source = sources.line(at: location).map { [($0, Tone.faint)] } ?? []
      return Self.field("at", [(location.description, .plain)] + source, width: width)
    }
    let digits = String(excerpt.last?.number ?? 0).count
    return Self.field("at", [(location.description, .plain)], width: width)
      + excerpt.map { number, text in
        let isHere = number == location.line
        let number = String(repeating: " ", count: digits - String(number).count) + String(number)
        var line = Line("       " + (isHere ? "> " : "  ") + number + " | ", isHere ? .bad : .faint)
        // A tab would be one column to a terminal's eight.
        line.append(text.replacing("\t", with: "  "), isHere ? .plain : .faint)
        return line
      }
  }

  /// The calls that led there, innermost first.
  private func calls(_ failure: Failure, width: Int) -> [Line] {
    let callers = CallFrames(failure.traceback).callers(of: failure.location)
    let shown = callers.prefix(6)
    var texts = shown.flatMap { frame -> [(String, Tone)] in
      let function = frame.function.map { ", in \($0)" } ?? ""
      let source = sources.line(at: frame.location).map { [("  " + $0, Tone.faint)] } ?? []
      return [(frame.location.description + function, .plain)] + source
    }
    if callers.count > shown.count { texts.append(("and \(callers.count - shown.count) more", .faint)) }
    return texts.isEmpty ? [] : Self.field("called", texts, width: width)
  }

  private static func field(_ label: String, _ texts: [(String, Tone)], width: Int) -> [Line] {
    let column = 9
    var isFirst = true
    return texts.flatMap { text, tone in
      Wrapping.wrap(text, to: width - column).map { part in
        var line = Line(isFirst ? "  " + label : "", .faint)
        isFirst = false
        line.indent(to: column)
        line.append(part, tone)
        return line
      }
    }
  }
}

/// The calls in scripts that led to a failure, read from its traceback.
struct CallFrames {
  /// One call: where, and in which function.
  struct Frame: Hashable {
    var location: SourceLocation
    /// The function's name; `nil` where it has none, or it is the file itself.
    var function: String?
  }

  /// Innermost first; each place once in a row. Calls of Lua's own and of the program's functions are left out.
  let frames: [Frame]

  init(_ traceback: String?) {
    var frames: [Frame] = []
    for line in (traceback ?? "").split(separator: "\n") {
      guard let range = line.firstRange(of: ": in "),
        let location = SourceLocation(value: .string(line[..<range.lowerBound].drop(while: \.isWhitespace).description))
      else { continue }
      let name = line[range.upperBound...].split(separator: "'", omittingEmptySubsequences: false)
      let frame = Frame(location: location, function: name.count == 3 ? String(name[1]) : nil)
      if frames.last?.location != location { frames.append(frame) }
    }
    self.frames = frames
  }

  /// The callers of the code at a location.
  func callers(of location: SourceLocation?) -> [Frame] {
    guard let location, let index = frames.firstIndex(where: { $0.location == location }) else { return frames }
    return Array(frames[(index + 1)...])
  }
}

extension Failure {
  /// The places in scripts that a report of it shows lines of.
  package var scriptLocations: [SourceLocation] {
    (location.map { [$0] } ?? []) + CallFrames(traceback).frames.map(\.location) + related.flatMap(\.scriptLocations)
  }
}

/// A command that the operator may type next.
package struct NextCommand: Sendable, Hashable {
  /// The command line, for example `runbook resume k3f9x2`.
  package var command: String
  /// What it does, in a few words.
  package var purpose: String

  package init(_ command: String, _ purpose: String) {
    self.command = command
    self.purpose = purpose
  }
}
