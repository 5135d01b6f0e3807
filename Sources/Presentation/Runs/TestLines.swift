import Values

/// What `runbook test` shows of tests as they end.
package struct TestLines: Sendable {
  private let style: Style
  private let columns: Int
  private let symbols: Symbols

  /// `columns`: the room; a failure is wrapped at it, at most 100.
  package init(style: Style, columns: Int?) {
    self.style = style
    self.columns = columns ?? 100
    symbols = Symbols(style)
  }

  /// The file that the following tests are in.
  package func file(_ name: String) -> [String] { text([Line(name, .strong)]) }

  /// A test that has ended: `✓ joins both workers  0.3s`, and why where it failed, with what it printed.
  package func outcome(
    _ name: String, seconds: Double, failure: Failure?, output: [String], sources: SourceText
  ) -> [String] {
    var head = Line("  " + (failure == nil ? symbols.done : symbols.failed) + " ", failure == nil ? .good : .bad)
    head.append(name)
    head.append("  " + DurationText.of(seconds), .faint)
    guard let failure else { return text([head]) }
    let report = FailureReport(failure, sources: sources).render(columns: min(columns, 100) - 4, style: style)
    return text([head]) + report.map { $0.isEmpty ? "" : "    " + $0 }
      + text(output.map { Line("    \(symbols.bar) \($0)", .faint) })
  }

  /// How many passed: the last line.
  package func total(held: Int, failed: Int, seconds: Double) -> [String] {
    var line = Line("\(Counted.of(held, "test")) passed", failed == 0 ? .good : .plain)
    if failed > 0 {
      line.append(", ")
      line.append("\(failed) failed", .bad)
    }
    line.append(", in " + DurationText.of(seconds), .faint)
    return ["", line.text(style, columns: columns)]
  }

  private func text(_ lines: [Line]) -> [String] { lines.map { $0.text(style, columns: columns) } }
}
