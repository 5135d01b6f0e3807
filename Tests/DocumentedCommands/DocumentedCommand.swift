import Foundation

/// A command that a document tells the reader to type.
package struct DocumentedCommand: Sendable, CustomStringConvertible {
  /// The document and the line, for a failure.
  package let location: String
  /// The command, as it is typed.
  package let text: String
  /// The exit code that the document promises: 0 unless it ends with `# exit code N`.
  package let exitCode: Int

  /// Where it stands, and what it is.
  package var description: String { "\(location): \(text)" }

  init(location: String, line: String) {
    self.location = location
    let parts = line.components(separatedBy: "# exit code ")
    text = parts[0].trimmingCharacters(in: .whitespaces)
    exitCode = parts.count > 1 ? Int(parts[1].trimmingCharacters(in: .whitespaces)) ?? -1 : 0
  }

  /// A shell script that carries it out, with `runbook` as the program of that path. The word RUN stands for the newest
  /// run's ID.
  package func script(program: String) -> String {
    var lines = ["runbook() { '\(program)' \"$@\"; }"]
    if text.contains(/\bRUN\b/) {
      lines.append(#"RUN=$(runbook list --limit 1 --json | grep -oE '"run" ?: ?"[a-z0-9]+"' | grep -oE '[a-z0-9]+"$')"#)
      lines.append(#"RUN=${RUN%\"}"#)
    }
    lines.append(text.replacing(/\bRUN\b/, with: "\"$RUN\""))
    return lines.joined(separator: "\n")
  }
}
