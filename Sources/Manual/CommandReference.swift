/// The commands for the reference, in Markdown.
public enum CommandReference {
  /// The section of all commands, below a heading of the second level.
  public static func write(_ program: CommandHelp) -> String {
    var parts = ["## Commands", program.paragraphs.map(unbroken).joined(separator: "\n\n")]
    parts += program.all.dropFirst().filter(\.shown.isEmpty).map(section)
    parts.append(
      "### Exit codes\n\n" + table(["code", "meaning"], program.exitCodes.map { ["`\($0.code)`", $0.meaning] }))
    parts.append("### Environment\n\n" + table(["variable", "does"], named(EnvironmentReference.environment)))
    parts.append("### Files\n\n" + table(["where", "what"], named(EnvironmentReference.files)))
    return parts.joined(separator: "\n\n")
  }

  private static func section(_ command: CommandHelp) -> String {
    let name = command.words.joined(separator: " ")
    var parts = ["### \(name)", command.abstract ?? ""]
    parts += command.paragraphs.map(unbroken)
    parts.append("```text\n\(([name] + command.usage).joined(separator: " "))\n```")
    let rows = command.visibleArguments.map { argument in
      ["`\(argument.heading)`", unbroken([argument.sentence, argument.discussion ?? ""].joined(separator: " "))]
    }
    if !rows.isEmpty { parts.append(table(["argument", "does"], rows)) }
    return parts.filter { !$0.isEmpty }.joined(separator: "\n\n")
  }

  private static func named(_ list: [(name: String, meaning: String)]) -> [[String]] {
    list.map { ["`\($0.name)`", $0.meaning] }
  }

  private static func unbroken(_ text: String) -> String {
    text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  private static func table(_ headings: [String], _ rows: [[String]]) -> String {
    let lines = [headings, headings.map { _ in "---" }] + rows
    return lines.map { row in
      "| "
        + row.map { $0.split(separator: "|", omittingEmptySubsequences: false).joined(separator: "\\|") }
        .joined(separator: " | ") + " |"
    }.joined(separator: "\n")
  }
}
