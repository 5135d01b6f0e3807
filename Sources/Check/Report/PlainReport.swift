import LuaSyntax
import Values

/// Findings as a compiler writes them: place, severity, message, rule, the line with a mark below.
package struct PlainReport {
  private let findings: [Finding]
  private let hasColour: Bool

  package init(_ findings: [Finding], hasColour: Bool) {
    self.findings = findings
    self.hasColour = hasColour
  }

  /// The lines, and one at the end that counts. `files`: how many files were asked for.
  package func lines(files: Int) -> [String] { findings.flatMap(lines) + [summary(files)] }

  private func lines(_ finding: Finding) -> [String] {
    let colour: Int =
      switch finding.rule.severity {
      case .error: 31
      case .warning: 33
      case .note: 36
      }
    let head =
      "\(paint("\(finding.file):\(finding.line):\(finding.column):", 1)) "
      + "\(paint(finding.rule.severity.rawValue + ":", colour)) \(Self.visible(finding.message)) [\(finding.rule.id)]"
    // A line that is too long to be shown.
    if finding.sourceLine.isEmpty { return [head] + (finding.hint.map { ["    \($0)"] } ?? []) }
    let number = "\(finding.line)"
    let gutter = String(repeating: " ", count: number.count)
    let isOnOneLine = finding.endLine == finding.line
    let width = max(1, isOnOneLine ? finding.endColumn - finding.column : finding.sourceLine.count - finding.column + 1)
    // A tab stays a tab, so that the mark is below its place.
    let before = finding.sourceLine.unicodeScalars.prefix(finding.column - 1).map { $0 == "\t" ? "\t" : " " }.joined()
    var lines = [
      head,
      "  \(number) | \(Self.visible(finding.sourceLine))",
      "  \(gutter) | \(before)\(paint("^" + String(repeating: "~", count: width - 1), colour))",
    ]
    if let hint = finding.hint { lines.append("  \(gutter)   \(hint)") }
    return lines
  }

  private func summary(_ files: Int) -> String {
    let looked = files == 1 ? "1 file" : "\(files) files"
    let counts = Rule.Severity.allCases.compactMap { severity -> String? in
      let count = findings.count { $0.rule.severity == severity }
      return count == 0 ? nil : "\(count) \(severity.rawValue)\(count == 1 ? "" : "s")"
    }
    return counts.isEmpty ? "\(looked): nothing found" : "\(looked): \(counts.joined(separator: ", "))"
  }

  /// The text without terminal controls; a file is not trusted to be text.
  private static func visible(_ text: String) -> String {
    let scalars = text.unicodeScalars.map { scalar in
      scalar == "\t" || scalar.properties.generalCategory != .control ? scalar : "\u{FFFD}"
    }
    return String(String.UnicodeScalarView(scalars))
  }

  private func paint(_ text: String, _ code: Int) -> String {
    hasColour ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
  }
}

/// Findings as one JSON document.
package enum JSONReport {
  /// `{ "findings": [{ file, line, column, end_line, end_column, rule, severity, message, hint? }] }`
  package static func write(_ findings: [Finding]) throws -> String {
    let list: [Value] = findings.map { finding in
      var members: [String: Value] = [
        "file": .string(finding.file), "line": .integer(Int64(finding.line)), "column": .integer(Int64(finding.column)),
        "end_line": .integer(Int64(finding.endLine)), "end_column": .integer(Int64(finding.endColumn)),
        "rule": .string(finding.rule.id), "severity": .string(finding.rule.severity.rawValue),
        "message": .string(finding.message), "is_fixable": .bool(finding.fix != nil),
      ]
      if let hint = finding.hint { members["hint"] = .string(hint) }
      return .object(members)
    }
    return try JSON.encode(.object(["findings": .array(list)]), secrets: .hidden, isPretty: true)
  }
}
