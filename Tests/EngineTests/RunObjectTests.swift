import LuaVM
import TestSupport
import Testing
import Values

@testable import Engine

@Suite("What a runbook's function is given", .usualTimeLimit)
struct RunObjectTests {
  private func members(_ value: LuaValue?) -> Set<String> {
    switch value {
    case .object(let object): Set(object.fields.keys)
    case .dictionary(let members): Set(members.keys)
    case .list(let elements): members(elements.first)
    default: []
    }
  }

  private func member(_ name: String, of value: LuaValue?) -> LuaValue? {
    if case .object(let object) = value { object.fields[name] } else { nil }
  }

  @Test("it has no member that is not described")
  func described() {
    let stack = Dictionary(uniqueKeysWithValues: ObjectType.stack.fields.map { ($0.name, Value.string("")) })
    let hosts = HostDirectory(
      hosts: [HostView(name: "da1", address: "10.0.0.1", role: "manager", services: [])], stack: stack)
    let run = RunObject(run: "r", parameters: [:], conversion: Conversion(hosts: hosts)).value
    let inventory = member("inventory", of: run)
    #expect(members(run) == Set(ObjectType.run.fields.map(\.name)))
    #expect(members(inventory) == Set(ObjectType.inventory.fields.map(\.name)))
    #expect(members(member("stack", of: inventory)) == Set(ObjectType.stack.fields.map(\.name)))
    // The inventory adds further members of a host; see HostView.details.
    #expect(members(member("hosts", of: inventory)).isSubset(of: ObjectType.host.fields.map(\.name)))
  }
}
