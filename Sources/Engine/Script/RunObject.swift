import LuaVM
import Values

/// The argument of a runbook's function: `run.id`, `run.params`, `run.inventory`.
struct RunObject {
  let run: String
  let parameters: [String: Value]
  let conversion: Conversion

  var value: LuaValue {
    let params = LuaObject(
      typeName: "params", identity: nil, text: "run.params", payload: 0,
      fields: parameters.mapValues(conversion.lua))
    return .object(
      LuaObject(
        typeName: "run", identity: nil, text: "run \(run)", payload: 0,
        fields: ["id": .string(run), "params": .object(params), "inventory": .object(inventory)]))
  }

  private var inventory: LuaObject {
    let hosts = conversion.hosts.hosts
    func objects(_ hosts: [HostView]) -> LuaValue { .list(hosts.map { .object(conversion.object($0)) }) }
    let managers = hosts.filter { $0.role == "manager" }
    return LuaObject(
      typeName: "inventory", identity: nil, text: "run.inventory", payload: 0,
      fields: [
        "hosts": objects(hosts), "managers": objects(managers),
        "workers": objects(hosts.filter { $0.role == "worker" }),
        "manager": managers.first.map { .object(conversion.object($0)) } ?? .nil,
        "stack": conversion.hosts.stack.map { .dictionary($0.mapValues(conversion.lua)) } ?? .nil,
      ])
  }
}
