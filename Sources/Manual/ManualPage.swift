import Foundation

/// The man page of one command.
package struct ManualPage {
  /// The command.
  let command: CommandHelp
  /// The program that it belongs to.
  let program: CommandHelp
  /// The program's version.
  let version: String

  /// One page per command that is shown, the program's own first.
  package static func all(of program: CommandHelp, version: String) -> [ManualPage] {
    program.all.map { ManualPage(command: $0, program: program, version: version) }
  }

  /// The name of the page: `runbook-show`.
  package var name: String { command.words.joined(separator: "-") }

  /// The name of the file: `runbook-show.1`.
  package var file: String { name + ".1" }

  /// The page in man(7).
  package var text: String {
    var parts = [
      ".\\\" Written by write-manual from the command's own help.",
      #".TH "\#(name.uppercased())" "1" "" "\#(program.commandName) \#(version)" "User commands""#,
      ".nh\n.ad l",
      Roff.section("Name"), "\(Roff.text(name)) \\- \(Roff.text(summary))",
      Roff.section("Synopsis"), ".B \(Roff.text(command.words.joined(separator: " ")))",
      Roff.lines(command.usage.joined(separator: "\n")),
    ]
    parts += description + arguments + subcommands + surroundings + related
    return parts.joined(separator: "\n") + "\n"
  }

  /// The sentence without its full stop, as man pages have it.
  private var summary: String {
    let text = command.abstract ?? command.commandName
    let plain = text.hasSuffix(".") ? String(text.dropLast()) : text
    return plain.prefix(1).lowercased() + plain.dropFirst()
  }

  private var description: [String] {
    let paragraphs = command.paragraphs.isEmpty ? [command.abstract ?? ""] : command.paragraphs
    return [Roff.section("Description"), paragraphs.map { Roff.lines($0) }.joined(separator: "\n.PP\n")]
  }

  private var arguments: [String] {
    let shown = command.visibleArguments
    guard !shown.isEmpty else { return [] }
    return [Roff.section("Options")]
      + shown.map { argument in
        Roff.entry(argument.heading, argument.sentence + (argument.discussion.map { "\n" + $0 } ?? ""))
      }
  }

  private var subcommands: [String] {
    guard !command.shown.isEmpty else { return [] }
    return [Roff.section("Subcommands")]
      + command.shown.map { below in
        Roff.entry(below.words.joined(separator: "-") + "(1)", below.abstract ?? "")
      }
  }

  private var surroundings: [String] {
    let isWhole = command.words == program.words
    var parts = [Roff.section("Exit status")] + program.exitCodes.map { Roff.entry($0.code, $0.meaning) }
    let entries = { (list: [(name: String, meaning: String)]) in list.map { Roff.entry($0.name, $0.meaning) } }
    if isWhole {
      parts += [Roff.section("Environment")] + entries(EnvironmentReference.environment)
      parts += [Roff.section("Files")] + entries(EnvironmentReference.files)
    } else {
      parts += [Roff.section("Environment and files"), "See \\fB\(Roff.text(program.commandName))\\fR(1)."]
    }
    return parts
  }

  private var related: [String] {
    let others = program.all.filter { $0.words != command.words }
    let names = others.map { "\\fB\(Roff.text($0.words.joined(separator: "-")))\\fR(1)" }
    return [Roff.section("See also"), (names + ["\\fBssh\\fR(1)", "\\fBdocker\\fR(1)"]).joined(separator: ",\n")]
  }
}

/// Text for man(7).
enum Roff {
  /// Words that appear in a page unchanged. `` `code` `` becomes bold.
  static func text(_ text: String) -> String {
    var isCode = false
    var result = ""
    for character in text {
      switch character {
      case "\\": result += "\\e"
      case "-": result += "\\-"
      case "~": result += "\\(ti"
      case "^": result += "\\(ha"
      case "`":
        isCode.toggle()
        result += isCode ? "\\fB" : "\\fR"
      default: result.append(character)
      }
    }
    return isCode ? result + "\\fR" : result
  }

  /// A line of its own. One that would begin with a control character is guarded; sentences begin on new lines.
  static func lines(_ words: String) -> String {
    words.split(separator: "\n", omittingEmptySubsequences: true).map { line in
      let text = text(line.trimmingCharacters(in: .whitespaces))
      return text.hasPrefix(".") || text.hasPrefix("'") ? "\\&" + text : text
    }.joined(separator: "\n")
  }

  /// A heading.
  static func section(_ title: String) -> String { ".SH \(title.uppercased())" }

  /// A named entry with its description below.
  static func entry(_ name: String, _ description: String) -> String {
    ".TP\n.B \(text(name))\n" + (description.isEmpty ? "\\&" : lines(description))
  }
}
