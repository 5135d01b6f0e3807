import Check
import Foundation
import HostModules
import RunbookTesting
import TestSupport
import Testing

@Suite("The shipped runbooks and modules", .usualTimeLimit)
struct ShippedTests {
  private static let repository = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  static func texts(_ folder: String) throws -> [CheckedText] {
    let root = repository.appending(path: folder)
    return try FileManager.default.subpathsOfDirectory(atPath: root.path).sorted()
      .filter { $0.hasSuffix(".lua") && !$0.hasPrefix("meta/") }
      .map {
        CheckedText(file: "\(folder)/\($0)", text: try String(contentsOf: root.appending(path: $0), encoding: .utf8))
      }
  }

  @Test("nothing is found in them")
  func nothing() throws {
    let modules = try Self.texts("stdlib")
    let checker = Checker(
      modules: try HostModules.described(), testModules: [SimulationDefinitions.module]
    ) { name, _ in
      modules.first { $0.file == "stdlib/\(name.replacing(".", with: "/")).lua" }
    }
    let texts = try Self.texts("runbooks") + modules
    #expect(texts.count > 30)
    let lines = PlainReport(try checker.check(texts), hasColour: false).lines(files: texts.count)
    #expect(lines == ["\(texts.count) files: nothing found"])
  }
}
