import BuiltProgram
import DocumentedCommands
import Foundation
import Manual
import TestSupport
import Testing

/// The commands of README.md and docs/ that need no appliances; LabTests tries the others.
@Suite("Docs", .usualTimeLimit)
struct DocsTests {
  @Test("every block of commands is one that a test tries")
  func everyCommandIsTried() throws {
    let documents = try Document.all()
    #expect(documents.flatMap(\.problems) == [])
    #expect(documents.flatMap { $0.commands(.here) }.count > 10)
    #expect(documents.flatMap { $0.commands(.lab) }.count > 5)
  }

  @Test(
    "a reader who types the commands of a document meets the exit codes that it tells", arguments: try Document.all())
  func commands(_ document: Document) async throws {
    guard !document.commands(.here).isEmpty else { return }
    let program = try Program()
    defer { program.remove() }
    for action in document.actions {
      switch action {
      case .write(let name, let text): try program.write(name, text)
      case .command(let command, .here):
        let ending = try await program.shell(command.script(program: BuiltProgram.path))
        #expect(Int(ending.code) == command.exitCode, "\(command)\n\(ending.output)\(ending.errors)")
      case .command: break
      }
    }
  }

  @Test("every source file and folder that CONTRIBUTING.md and the architecture name exists")
  func sources() throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..").standardized
    let folders = Set(try FileManager.default.contentsOfDirectory(atPath: root.appending(path: "Sources").path))
    var count = 0
    for document in ["CONTRIBUTING.md", "docs/architecture.md"] {
      let text = try String(contentsOf: root.appending(path: document), encoding: .utf8)
      for match in text.matches(of: /`((?:Sources\/|Tests\/|Examples\/)?[A-Za-z]+(?:\/[A-Za-z+]+)*(?:\.swift)?\/?)`/) {
        let name = String(match.1)
        let isBelow = folders.contains(String(name.prefix { $0 != "/" }))
        guard isBelow || name.hasPrefix("Sources/") || name.hasPrefix("Tests/") || name.hasPrefix("Examples/") else {
          continue
        }
        let path = isBelow ? "Sources/\(name)" : name
        #expect(FileManager.default.fileExists(atPath: root.appending(path: path).path), "\(document): \(name)")
        count += 1
      }
    }
    #expect(count > 40)
  }

  @Test("every target of make that is told exists")
  func targets() async throws {
    let commands = try Document.all().flatMap { $0.commands(.make) }
    #expect(!commands.isEmpty)
    let program = try Program()
    defer { program.remove() }
    for command in commands {
      let words = command.text.split(separator: " ")
      #expect(words.first == "make", "\(command)")
      let said = try await program.shell(
        "make --dry-run -C '\(Document.sources.path)' \(words.dropFirst().joined(separator: " "))")
      #expect(said.code == 0, "\(command): \(said.errors)")
    }
  }

  @Test("every command and option that a sentence names exists")
  func mentioned() async throws {
    let program = try Program()
    defer { program.remove() }
    let names = Set(try await program.help().all.map { $0.words.joined(separator: " ") })
    var helps: [String: String] = [:]
    for command in try Document.all().flatMap(\.mentioned) {
      let words = command.text.split(separator: " ").map(String.init)
      let name = (2...words.count).reversed().map { words.prefix($0).joined(separator: " ") }.first(
        where: names.contains)
      guard let name else {
        Issue.record("\(command): there is no such command")
        continue
      }
      if helps[name] == nil {
        helps[name] = try await program.run(name.split(separator: " ").dropFirst().map(String.init) + ["--help"]).output
      }
      for option in command.text.matches(of: /--[a-z][a-z-]*/) {
        let isThere = helps[name]?.contains(option.0) == true
        #expect(isThere, "\(command): \(option.0)")
      }
    }
  }

  @Test("every step that docs/article.md quotes is one of distribute.lua")
  func articleSteps() throws {
    let article = try String(contentsOf: Document.sources.appending(path: "docs/article.md"), encoding: .utf8)
    let quoted = article.matches(of: /\*([a-z][^*\n]+)\*/).map { String($0.1) }
    #expect(quoted.count > 10)
    let sources = try ["runbooks/distribute.lua", "stdlib/checks.lua"].map {
      try String(contentsOf: Document.sources.appending(path: $0), encoding: .utf8)
    }.joined()
    for step in Set(quoted) {
      let isThere = sources.contains("\"\(step)\"")
      #expect(isThere, "no step is called \(step)")
    }
  }
}
