import Foundation
import Inventory
import Journal
import Testing
import Values

@Suite("Definitions of the built-ins")
struct BuiltinDefinitionsTests {
  /// The functions that the hand-kept file defines.
  private static func defined() throws -> [String] {
    let file = Samples.repository.appending(path: "stdlib/meta/engine.lua")
    return try String(contentsOf: file, encoding: .utf8).split(separator: "\n").compactMap {
      $0.hasPrefix("function ") ? String($0.dropFirst(9).prefix { $0 != "(" }) : nil
    }
  }

  /// What a runbook logs, with the globals that it sees.
  private func logged(_ body: String) async throws -> [String] {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appending(path: "look.lua")
    try "return runbook { summary = \"look\", function(run)\n\(body)\nend }"
      .write(to: file, atomically: true, encoding: .utf8)
    let appliances = ModelAppliances(try Inventory.parse(text: Samples.inventory, file: "inventory.yaml"))
    let (outcome, events) = try await ShippedRunbook(path: file.path, appliances: appliances).run()
    #expect(outcome == .succeeded)
    return events.filter { $0.kind == .logMessage }.compactMap { $0.payload["text"]?.stringValue }
  }

  @Test("every defined function is there")
  func definedAreThere() async throws {
    let names = try Self.defined()
    #expect(names.count > 10)
    let lines = names.map { "log.info(\"\($0) \" .. type(\($0)))" }
    #expect(try await logged(lines.joined(separator: "\n")) == names.map { "\($0) function" })
  }

  @Test("every function that is there, besides plain Lua's and the host modules', is defined")
  func thereAreDefined() async throws {
    let plain = [
      "assert", "error", "getmetatable", "ipairs", "load", "next", "pairs", "pcall", "print", "rawequal", "rawget",
      "rawlen", "rawset", "require", "select", "setmetatable", "tonumber", "tostring", "type", "warn", "xpcall",
      // Not there: the error says what to use in their place.
      "dofile", "loadfile", "collectgarbage",
    ]
    let globals = try await logged(
      "for name, value in pairs(_G) do if type(value) == \"function\" then log.info(name) end end")
    #expect(!globals.isEmpty)
    #expect(Set(globals).subtracting(plain).subtracting(try Self.defined()) == [])
  }
}
