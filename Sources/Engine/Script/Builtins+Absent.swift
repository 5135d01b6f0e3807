import LuaVM
import Values

extension Builtins {
  /// Functions that raise an error in place of names that plain Lua has but a runbook does not (``AbsentName``), by
  /// name.
  var absent: [String: LuaItem] {
    var items: [String: LuaItem] = [:]
    for absent in AbsentName.all where !AbsentName.tables.contains(where: { absent.name.hasPrefix($0 + ".") }) {
      items[absent.name] = .function(
        LuaHostFunction(absent.name) { call in throw Self.failure(absent, call.location()) })
    }
    for table in AbsentName.tables {
      items[table] = .table([:], name: table) { member in
        let name = "\(table).\(member)"
        return Self.failure(AbsentName.of(name) ?? AbsentName(name: name, hint: ""), nil)
      }
    }
    return items
  }

  private static func failure(_ absent: AbsentName, _ location: SourceLocation?) -> Failure {
    Failure(.notAvailable, "\(absent.name) is not available in a runbook", location: location, hint: absent.hint)
  }
}
