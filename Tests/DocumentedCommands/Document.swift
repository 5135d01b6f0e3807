import Foundation

/// A page of the documentation, as far as it can be tried.
///
/// In a block that is marked `console`, each line that begins with `$ ` is a command, the others are what it prints.
/// Blocks are carried out in order in one folder per document. `console lab` wants appliances; `console make` names
/// targets of the Makefile. A block marked with a language and a name, as in `lua hello.lua`, is a file of the folder.
package struct Document: Sendable, CustomStringConvertible {
  /// Where a command is tried.
  package enum Kind: String, Sendable {
    /// In a folder, without hosts.
    case here = "console"
    /// On real appliances.
    case lab = "console lab"
    /// With make, in the sources.
    case make = "console make"
  }

  /// What is done in the folder, in the order of the document.
  package enum Action: Sendable {
    case write(name: String, text: String)
    case command(DocumentedCommand, Kind)
  }

  /// Its path in the sources.
  package let name: String
  /// Its path.
  package var description: String { name }
  /// What a reader does who follows it.
  package let actions: [Action]
  /// Commands that stand in a sentence or table: `runbook …`.
  package let mentioned: [DocumentedCommand]
  /// What is wrong with the document itself.
  package let problems: [String]

  /// The sources.
  package static let sources = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  /// README.md and all of docs/.
  package static func all() throws -> [Document] {
    let pages = try FileManager.default.contentsOfDirectory(atPath: sources.appending(path: "docs").path)
      .filter { $0.hasSuffix(".md") }.sorted().map { "docs/\($0)" }
    return try (["README.md"] + pages).map {
      Document(name: $0, text: try String(contentsOf: sources.appending(path: $0), encoding: .utf8))
    }
  }

  /// The commands that are tried there.
  package func commands(_ kind: Kind) -> [DocumentedCommand] {
    actions.compactMap { if case .command(let command, kind) = $0 { command } else { nil } }
  }

  /// Reads a document.
  package init(name: String, text: String) {
    var reader = Reader(name: name)
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      reader.read(String(line), number: index + 1)
    }
    (self.name, actions, mentioned, problems) = (name, reader.actions, reader.mentioned, reader.problems)
  }

  /// Reads line by line.
  private struct Reader {
    let name: String
    var actions: [Action] = []
    var mentioned: [DocumentedCommand] = []
    var problems: [String] = []
    /// The mark of the block that is open, and its lines.
    private var block: (mark: String, lines: [String])?
    /// The beginning of a command that goes on in the next line.
    private var begun = ""

    init(name: String) { self.name = name }

    mutating func read(_ line: String, number: Int) {
      let location = "\(name):\(number)"
      guard let mark = block?.mark else {
        if line.hasPrefix("```") {
          block = (String(line.dropFirst(3)).trimmingCharacters(in: .whitespaces), [])
        } else {
          for match in line.matches(of: /`(runbook [a-z][^`]*)`/) {
            mentioned.append(DocumentedCommand(location: location, line: String(match.1)))
          }
        }
        return
      }
      if line.hasPrefix("```") {
        close()
      } else if let kind = Kind(rawValue: mark) {
        readConsole(line, kind, location)
      } else {
        block?.lines.append(line)
        let isCommand = !mark.hasPrefix("text") && line.hasPrefix("runbook ") && !line.hasPrefix("runbook {")
        if isCommand { problems.append("\(location): a command outside of a console block is not tried") }
      }
    }

    private mutating func readConsole(_ line: String, _ kind: Kind, _ location: String) {
      guard line.hasPrefix("$ ") || !begun.isEmpty else { return }
      let words = begun + (begun.isEmpty ? String(line.dropFirst(2)) : line.trimmingCharacters(in: .whitespaces))
      if words.hasSuffix("\\") {
        begun = String(words.dropLast())
      } else {
        begun = ""
        actions.append(.command(DocumentedCommand(location: location, line: words), kind))
      }
    }

    private mutating func close() {
      guard let (mark, lines) = block else { return }
      block = nil
      let words = mark.split(separator: " ")
      if words.count == 2, words[0] != "console" {
        actions.append(.write(name: String(words[1]), text: lines.joined(separator: "\n") + "\n"))
      } else if words.first == "console", Kind(rawValue: mark) == nil {
        problems.append("\(name): no test knows blocks that are marked \"\(mark)\"")
      }
    }
  }
}
