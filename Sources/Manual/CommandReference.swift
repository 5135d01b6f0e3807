/// The commands for the reference, in Markdown.
package enum CommandReference {
  /// The section of all commands, below a heading of the second level.
  package static func write(_ program: CommandHelp) -> String {
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

/// What the program uses besides its arguments.
enum EnvironmentReference {
  /// Variables of the environment, with what they do.
  static let environment: [(name: String, meaning: String)] = [
    ("RUNBOOK_STATE", "The state folder, if `--state` is not given."),
    ("XDG_STATE_HOME", "The state folder is `runbook` in this folder, else in `~/.local/state`."),
    (
      "RUNBOOK_KEY",
      "The key that seals secrets in the journal, as base64 of 32 bytes, instead of the file `journal.key`."
    ),
    ("RUNBOOK_SHARE", "The folder of the shipped `runbooks` and `stdlib`, instead of the installed one."),
    (
      "RUNBOOK_LOCK_FOLDER",
      "The folder on the hosts that says which run changes them, in place of `/var/tmp`; the same for all operators."
    ),
    ("XDG_RUNTIME_DIR", "The sockets of shared ssh connections are in `runbook` in this folder."),
    (
      "RUNBOOK_NOTIFY",
      "Whom to notify when a run waits or ends, if `--notify` is not given: a command line or a web address."
    ),
    ("TRACEPARENT", "The trace that a run is a part of, as W3C Trace Context writes it."),
    ("NO_COLOR", "Any value: no colours."),
  ]

  /// Files and folders, with what they hold.
  static let files: [(name: String, meaning: String)] = [
    (
      "~/.local/state/runbook",
      "The state folder, for its owner alone: the journal of all runs (`journal.db`) and its key (`journal.key`)."
    ),
    ("./runbooks, ./stdlib", "Your own runbooks and Lua modules; they are used instead of the shipped ones."),
    ("PREFIX/share/runbook", "The shipped runbooks and Lua modules, with definitions for the Lua language server."),
    ("~/.ssh/config, ~/.ssh/known_hosts", "As for ssh, with which all hosts are reached."),
    ("/var/tmp/runbook-lock", "On a host: which run changes it. Gone when the run is over."),
    ("/var/tmp/runbook-UID", "On a host: commands of `ssh.run` and their output. Gone when the run is over."),
  ]
}
