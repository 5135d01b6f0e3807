import Foundation

/// A command and its subcommands, as the program itself describes them: what `--experimental-dump-help` prints.
package struct CommandHelp: Decodable, Sendable {
  /// A name of an option, without its dashes.
  struct Name: Decodable, Sendable {
    var kind: String
    var name: String

    /// As it is typed.
    var text: String { (kind == "long" ? "--" : "-") + name }
  }

  /// An argument, an option or a flag.
  struct Argument: Decodable, Sendable {
    var kind: String
    var shouldDisplay: Bool
    var isOptional: Bool
    var isRepeating: Bool
    var names: [Name]?
    var preferredName: Name?
    var valueName: String?
    var defaultValue: String?
    var abstract: String?
    var discussion: String?

    var isPositional: Bool { kind == "positional" }
    var takesValue: Bool { kind == "option" }

    /// All its names, and its value, for a list: `-i, --inventory <inventory>`.
    var heading: String {
      guard !isPositional else { return "<\(valueName ?? "")>" }
      let all = (names ?? []).map(\.text).joined(separator: ", ")
      return takesValue ? "\(all) <\(valueName ?? "")>" : all
    }

    /// What it is for, with the default.
    var sentence: String {
      var text = abstract ?? ""
      if let defaultValue { text += " (default: \(defaultValue))" }
      return text
    }

    /// Its place in a usage line: `[--inventory <inventory>]`.
    var usage: String {
      var text = isPositional ? "<\(valueName ?? "")>" : preferredName?.text ?? names?.first?.text ?? ""
      if takesValue { text += " <\(valueName ?? "")>" }
      if isRepeating { text += " ..." }
      return isOptional ? "[\(text)]" : text
    }
  }

  var superCommands: [String]?
  var shouldDisplay: Bool?
  var commandName: String
  var abstract: String?
  var discussion: String?
  var subcommands: [CommandHelp]?
  var arguments: [Argument]?

  /// Reads what `runbook --experimental-dump-help` prints.
  package init(dump: Data) throws {
    struct Dump: Decodable { var command: CommandHelp }
    self = try JSONDecoder().decode(Dump.self, from: dump).command
  }

  /// The words that name it: `["runbook", "show"]`.
  package var words: [String] { (superCommands ?? []) + [commandName] }

  /// It and all commands below it, in order; not the library's own `help`, nor what is hidden.
  package var all: [CommandHelp] { [self] + shown.flatMap(\.all) }

  /// The commands directly below it.
  var shown: [CommandHelp] { (subcommands ?? []).filter { $0.commandName != "help" && $0.shouldDisplay != false } }

  /// What it takes: arguments, then options.
  var visibleArguments: [Argument] {
    let visible = (arguments ?? []).filter(\.shouldDisplay)
    return visible.filter(\.isPositional) + visible.filter { !$0.isPositional }
  }

  /// The words of a usage line after the name.
  var usage: [String] {
    guard shown.isEmpty else { return ["<subcommand>"] }
    let typed = visibleArguments.filter { !["--version", "--help"].contains($0.preferredName?.text) }
    // A flag that must be given is one of several, of which one must be.
    let choice = typed.filter { $0.kind == "flag" && !$0.isOptional }.map(\.usage)
    var words: [String] = []
    for argument in typed {
      if !choice.contains(argument.usage) {
        words.append(argument.usage)
      } else if argument.usage == choice[0] {
        words.append("(\(choice.joined(separator: " | ")))")
      }
    }
    return words
  }

  /// Its description in paragraphs, without the list of exit codes.
  var paragraphs: [String] { parts.text.split(separator: "\n\n").map(String.init) }

  /// What the process's exit codes mean, as the description lists them.
  var exitCodes: [(code: String, meaning: String)] {
    parts.codes.split(separator: "\n").compactMap { line in
      let words = line.split(separator: " ", maxSplits: 1)
      return words.count == 2 ? (String(words[0]), words[1].trimmingCharacters(in: .whitespaces)) : nil
    }
  }

  private var parts: (text: String, codes: String) {
    let parts = (discussion ?? "").components(separatedBy: "Exit codes:\n")
    return (parts[0].trimmingCharacters(in: .newlines), parts.count > 1 ? parts[1] : "")
  }
}
