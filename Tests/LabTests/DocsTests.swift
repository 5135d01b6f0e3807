import BuiltProgram
import DocumentedCommands
import Foundation
import Testing

extension RealAppliances {
  /// The commands of the documents that need appliances, one document after the other on the same three.
  @Suite("Docs")
  struct DocsTests {
    /// The operator's guide first, as it is the one that begins with standalone appliances.
    private static func documents() throws -> [Document] {
      let all = try Document.all().filter { !$0.commands(.lab).isEmpty }
      return all.filter { $0.name == "docs/operator.md" } + all.filter { $0.name != "docs/operator.md" }
    }

    @Test("a reader who types the commands of the documents meets the exit codes that they tell")
    func commands() async throws {
      try await Lab.withAppliances { lab in
        try await Operator.at(lab) { person in
          for name in ["inventory.yaml", "ssh_config"] {
            try FileManager.default.copyItem(
              at: URL(filePath: lab.folder).appending(path: name), to: person.folder.appending(path: name))
          }
          for command in try Self.documents().flatMap({ $0.commands(.lab) }) {
            let script = "cd '\(person.folder.path)'\n" + command.script(program: BuiltProgram.path)
            let ending = try await lab.run(
              ["bash", "-c", script], environment: ["RUNBOOK_STATE": person.state.path, "NO_COLOR": "1"])
            #expect(ending.exitCode == command.exitCode, "\(command)\n\(ending.standardOutput)\(ending.standardError)")
          }
          try await expectSteps(of: person)
        }
      }
    }

    /// Each step that the article's page quotes was one of a run of distribute.lua.
    private func expectSteps(of person: Operator) async throws {
      let article = try String(contentsOf: Document.sources.appending(path: "docs/article.md"), encoding: .utf8)
      let quoted = Set(article.matches(of: /\*([a-z][^*\n]+)\*/).map { String($0.1) })
      let paths = try await person.journal.rows("SELECT DISTINCT path FROM events WHERE kind LIKE 'step.%'")
      let steps = Set(paths.compactMap { $0.split(separator: "/").last.map(String.init) })
      #expect(quoted.subtracting(steps) == [])
    }
  }
}
