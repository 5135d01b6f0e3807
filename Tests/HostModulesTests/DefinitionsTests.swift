import Engine
import Foundation
import HostModules
import Inventory
import TestSupport
import Testing

@Suite("Definitions", .usualTimeLimit)
struct DefinitionsTests {
  /// The modules of an inventory of one host; no host is contacted to describe them.
  private static func modules() throws -> [HostModule] {
    let inventory = try Inventory.parse(text: Samples.inventory, file: "inventory.yaml")
    return HostModules.all(fleet: Fleet(inventory: inventory))
  }

  @Test("the shipped definitions are those of the modules: none is missing, none is left over")
  func shippedAreCurrent() throws {
    let written = Definitions.write(try Self.modules())
    let folder = Samples.repository.appending(path: "stdlib/meta")
    if ProcessInfo.processInfo.environment["RUNBOOK_WRITE_DEFINITIONS"] != nil {
      for (name, text) in written { try Data(text.utf8).write(to: folder.appending(path: name)) }
    }
    let there = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".lua") }
    // What only tests have is described by RunbookTesting.
    #expect(Set(there) == Set(written.keys).union(["simulation.lua"]))
    for (name, text) in written {
      let shipped = try String(contentsOf: folder.appending(path: name), encoding: .utf8)
      let isCurrent = shipped == text
      #expect(isCurrent, "\(name) is outdated: RUNBOOK_WRITE_DEFINITIONS=1 swift test --filter Definitions")
    }
  }

  @Test("every function has a sentence, every parameter too, and every result its type")
  func everythingIsDescribed() throws {
    for module in try Self.modules() {
      #expect(!module.summary.isEmpty)
      #expect(Set(module.primitives.map(\.name)).count == module.primitives.count)
      for primitive in module.primitives {
        #expect(primitive.summary.hasSuffix("."), "\(module.name).\(primitive.name)")
        for parameter in primitive.parameters { #expect(!parameter.summary.isEmpty, "\(primitive.name)") }
        if primitive.returns.luaType != nil { #expect(!primitive.returns.summary.isEmpty) }
      }
    }
  }

  @Test("options become an exact class, so that an editor knows a wrong key")
  func optionsAreExact() throws {
    let text = try #require(Definitions.write(try Self.modules())["swarm.lua"])
    #expect(text.contains("---@class (exact) swarm.join.options"))
    #expect(text.contains("---@field port? integer The manager's port. (default: 2377)"))
    #expect(text.contains("---@field token Secret|string"))
    #expect(text.contains("function swarm.join(host, options) end"))
  }

  @Test("what a function does to the outside is shown where it is completed")
  func effectsAreTold() throws {
    let definitions = Definitions.write(try Self.modules())
    let swarm = try #require(definitions["swarm.lua"])
    let ssh = try #require(definitions["ssh.lua"])
    #expect(swarm.contains("Reads only"))
    #expect(swarm.contains("It looks first, so doing it again does no harm."))
    #expect(ssh.contains("it is found again on the host, not done again"))
  }
}

@Suite("Definitions of what is deprecated", .usualTimeLimit) struct DeprecatedDefinitionsTests {
  private let module = HostModule(
    "old", "Old things.",
    [
      Primitive(
        "way", "Goes.",
        parameters: [
          .optional(
            "options",
            .record([
              .optional("far", .boolean, "whether far").deprecated(since: APIVersion(1, 2), instead: "distance")
            ]), "options")
        ], effect: .reads, deprecated: Deprecation(since: APIVersion(1, 3), instead: "new.way"),
        perform: { _, _ in .null })
    ])

  @Test("editors strike it through, and the reference says since when and what to take instead")
  func told() throws {
    let definition = try #require(Definitions.write([module])["old.lua"])
    #expect(definition.contains("--- Deprecated since 1.3: use new.way.\n---@deprecated\n"))
    #expect(definition.contains("whether far Deprecated since 1.2: use distance."))
    let reference = ModuleReference.write([module])
    #expect(reference.contains("**Deprecated since 1.3: use new.way.**"))
    #expect(reference.contains("Deprecated since 1.2: use distance."))
  }
}
