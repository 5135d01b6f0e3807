import Engine
import Foundation
import HostModules
import Inventory
import Journal
import TestSupport
import Testing
import Values

/// What is described is compared with what a runbook meets in the real Lua state, in both directions.
@Suite("No function without a definition, and none defined that isn't there", .usualTimeLimit)
struct BuiltinDefinitionsTests {
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

  private static func modules() throws -> [HostModule] {
    let inventory = try Inventory.parse(text: Samples.inventory, file: "inventory.yaml")
    return HostModules.all(fleet: Fleet(inventory: inventory))
  }

  @Test("the globals, and the members of global tables, are the described ones and no others")
  func globals() async throws {
    // `pairs` shows the members of read-only tables, too.
    let there = try await logged(
      """
      for name, value in pairs(_G) do
        if type(value) == "table" and name ~= "_G" then
          for member in pairs(value) do log.info(name .. "." .. member) end
        else
          log.info(name)
        end
      end
      """)
    let modules = try Self.modules()
    var described = PlainLua.globals.union(BuiltinList.all.map(\.name))
    for (table, members) in PlainLua.tables { described.formUnion(members.map { "\(table).\($0)" }) }
    for module in modules { described.formUnion(module.primitives.map { "\(module.name).\($0.name)" }) }
    // Those are functions that only say what to use in their place; a table of them (`debug.`) has no members.
    described.formUnion(
      AbsentName.all.map(\.name).filter { !$0.hasPrefix("os.") && !$0.hasPrefix("io.") && !$0.hasSuffix(".") })
    let more = Set(there).subtracting(PlainLua.unportable)
    #expect(more.subtracting(described) == [], "there, and not described")
    #expect(described.subtracting(there) == [], "described, and not there")
    #expect(there.count == Set(there).count && there.count > 150)
  }

  @Test("what is not there says what to use in its place")
  func absent() async throws {
    let names = AbsentName.all.map { $0.name.hasSuffix(".") ? $0.name + "anything" : $0.name }
    let lines = names.map { "log.info(select(2, pcall(function() return \($0)() end)).hint)" }
    #expect(try await logged(lines.joined(separator: "\n")) == names.map { AbsentName.of($0)?.hint })
  }

  @Test("run, its inventory, its stack and its hosts have the described members")
  func objects() async throws {
    let objects = [
      "Run": "run", "InventoryView": "run.inventory", "InventoryStack": "run.inventory.stack",
      "Host": "run.inventory.manager",
    ]
    #expect(Set(objects.keys) == Set(ObjectType.all.map(\.name)))
    for type in ObjectType.all {
      let object = try #require(objects[type.name])
      // The sample's inventory gives no host an advertise_address.
      let members = type.fields.map(\.name).filter { $0 != "advertise_address" }
      let lines = members.map { "log.info(\"\($0) \" .. tostring(\(object).\($0) ~= nil))" }
      #expect(try await logged(lines.joined(separator: "\n")) == members.map { "\($0) true" })
    }
  }

  @Test("every built-in has a sentence, every parameter and result too")
  func everythingIsDescribed() {
    for builtin in BuiltinList.all {
      #expect(builtin.summary.hasSuffix("."), "\(builtin.name)")
      for parameter in builtin.forms.joined() { #expect(parameter.summary.hasSuffix("."), "\(builtin.name)") }
      if builtin.returns.luaType != nil { #expect(builtin.returns.summary.hasSuffix("."), "\(builtin.name)") }
    }
  }
}
