import Foundation
import Values

/// Findings in the Static Analysis Results Interchange Format, version 2.1.0 (OASIS), which code hosts and editors read.
package enum SARIFReport {
  /// One run of the tool, with all its rules. `version`: the program's.
  package static func write(_ findings: [Finding], version: String) throws -> String {
    let rules: [Value] = Rule.all.map { rule in
      [
        "id": .string(rule.id), "shortDescription": ["text": .string(rule.summary)],
        "defaultConfiguration": ["level": .string(rule.severity.rawValue)],
      ]
    }
    let document: Value = [
      "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
      "version": "2.1.0",
      "runs": [
        [
          "tool": ["driver": ["name": "runbook", "version": .string(version), "rules": .array(rules)]],
          "columnKind": "unicodeCodePoints",
          "results": .array(findings.map(result)),
        ]
      ],
    ]
    return try JSON.encode(document, secrets: .hidden, isPretty: true)
  }

  private static func result(_ finding: Finding) -> Value {
    let region: Value = [
      "startLine": .integer(Int64(finding.line)), "startColumn": .integer(Int64(finding.column)),
      "endLine": .integer(Int64(finding.endLine)), "endColumn": .integer(Int64(finding.endColumn)),
    ]
    let artifact: Value = ["uri": .string(uri(finding.file))]
    var members: [String: Value] = [
      "ruleId": .string(finding.rule.id),
      "ruleIndex": .integer(Int64(Rule.all.firstIndex(of: finding.rule) ?? -1)),
      "level": .string(finding.rule.severity.rawValue),
      "message": ["text": .string(finding.message + (finding.hint.map { ": \($0)" } ?? ""))],
      "locations": [["physicalLocation": ["artifactLocation": artifact, "region": region]]],
    ]
    if let fix = finding.fix {
      members["fixes"] = [
        [
          "artifactChanges": [
            [
              "artifactLocation": artifact,
              "replacements": [
                [
                  "deletedRegion": [
                    "byteOffset": .integer(Int64(fix.range.start)),
                    "byteLength": .integer(Int64(fix.range.end - fix.range.start)),
                  ],
                  "insertedContent": ["text": .string(fix.text)],
                ]
              ],
            ]
          ]
        ]
      ]
    }
    return .object(members)
  }

  /// A relative path stays one; an absolute one is a file: URI.
  private static func uri(_ file: String) -> String {
    if file.hasPrefix("/") { return URL(filePath: file).absoluteString }
    return file.addingPercentEncoding(withAllowedCharacters: .urlPathAllowed) ?? file
  }
}
