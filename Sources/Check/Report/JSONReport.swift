import Values

/// Findings as one JSON document.
public enum JSONReport {
  /// `{ "findings": [{ file, line, column, end_line, end_column, rule, severity, message, hint? }] }`
  public static func write(_ findings: [Finding]) throws -> String {
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
