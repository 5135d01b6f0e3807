import CLua
import Values

// Tables as data.
extension LuaMachine {
  private static let maximumDepth = 64

  /// How much a deep copy may still take. A table that is held in many places is copied for each, so that a small one can
  /// need more than the memory there is.
  private struct CopyBudget {
    static let values = 1_000_000
    static let bytes = 256 << 20

    var values = Self.values
    var bytes = Self.bytes
  }

  /// A deep copy: tables become lists and dictionaries.
  func snapshot(_ value: LuaValue, on L: OpaquePointer) throws -> LuaValue {
    var ancestors: Set<UInt> = []
    var budget = CopyBudget()
    return try copy(value, path: "", ancestors: &ancestors, budget: &budget, on: L)
  }

  private func copy(
    _ value: LuaValue, path: String, ancestors: inout Set<UInt>, budget: inout CopyBudget, on L: OpaquePointer
  ) throws -> LuaValue {
    if control.isInterrupted { throw LuaError.interrupted }
    budget.values -= 1
    switch value {
    case .string(let text): budget.bytes -= text.utf8.count
    case .bytes(let bytes): budget.bytes -= bytes.count
    default: break
    }
    guard budget.values >= 0, budget.bytes >= 0 else {
      throw notData(
        "",
        "has more than \(CopyBudget.values) values, or \(CopyBudget.bytes >> 20) MiB of text, when it is written "
          + "out in full")
    }
    guard case .table(let table) = value else { return value }
    guard ancestors.insert(table.anchor.address).inserted else {
      throw notData(path, "contains itself")
    }
    defer { ancestors.remove(table.anchor.address) }
    guard ancestors.count <= Self.maximumDepth else {
      throw notData(path, "is nested more than \(Self.maximumDepth) levels deep")
    }
    switch try contents(of: table, path: path, on: L) {
    case .list(let elements):
      var copies: [LuaValue] = []
      for (index, element) in elements.enumerated() {
        copies.append(try copy(element, path: "\(path)[\(index + 1)]", ancestors: &ancestors, budget: &budget, on: L))
      }
      return .list(copies)
    case .dictionary(let members):
      var copies: [String: LuaValue] = [:]
      for name in members.keys.sorted() {
        guard let member = members[name] else { continue }
        copies[name] = try copy(member, path: Self.join(path, name), ancestors: &ancestors, budget: &budget, on: L)
      }
      return .dictionary(copies)
    case let other: return other
    }
  }

  /// The elements of a list.
  func elements(_ table: LuaTable, on L: OpaquePointer) throws -> [LuaValue] {
    guard case .list(let elements) = try contents(of: table, path: "", on: L) else {
      throw notData("", "is not a list: it has named members")
    }
    return elements
  }

  /// The members of a table with text keys.
  func fields(_ table: LuaTable, on L: OpaquePointer) throws -> [String: LuaValue] {
    switch try contents(of: table, path: "", on: L) {
    case .dictionary(let members): return members
    case .list(let elements) where elements.isEmpty: return [:]
    default: throw notData("", "is a list: it has numbered elements, where names are needed")
    }
  }

  /// One level of a table, as a list or a dictionary; an empty one is a list.
  private func contents(of table: LuaTable, path: String, on L: OpaquePointer) throws -> LuaValue {
    lua_checkstack(L, 10)
    let top = lua_gettop(L)
    defer { lua_settop(L, top) }
    try push(.table(table), on: L)
    _ = lvm_push_members(L, -1)
    let index = lua_gettop(L)
    guard lvm_sorted_keys(L, index) == LUA_OK else { throw notData(path, "can't be read") }
    let keys = lua_gettop(L)
    let count = lua_Integer(lua_rawlen(L, keys))
    var elements: [LuaValue] = []
    var members: [String: LuaValue] = [:]
    for position in 1..<(count + 1) {
      lua_rawgeti(L, keys, position)
      let key = read(L, -1)
      lua_rawget(L, index)
      let value = read(L, -1)
      lvm_pop(L, 1)
      switch key {
      case .integer(position) where members.isEmpty: elements.append(value)
      case .string(let name) where elements.isEmpty:
        // Dictionaries here hold two ways to write one letter for the same.
        guard members.updateValue(value, forKey: name) == nil else {
          throw notData(path, "has two names that are the same text: '\(name)', written with other code points")
        }
      case .integer(let number) where elements.count == position - 1 && members.isEmpty:
        let missing = elements.count + 1
        throw notData(
          path,
          number < 1
            ? "has the key \(number), which is not a list position" : "has no element [\(missing)], but [\(number)]")
      case .string(let name): throw notData(path, "mixes a list with the name '\(name)'")
      case .number(let number): throw notData(path, "has the key \(number), which is neither a name nor a whole number")
      case .bytes: throw notData(path, "has a name that is not valid UTF-8")
      default: throw notData(path, "has a key that is a \(key.typeName)")
      }
    }
    return members.isEmpty ? .list(elements) : .dictionary(members)
  }

  func notData(_ path: String, _ problem: String) -> Failure {
    Failure(
      .luaNotData, "\(path.isEmpty ? "the table" : path) \(problem)",
      hint: "make it either a list (1 to n without gaps) or a table with names only")
  }

  private static func join(_ path: String, _ name: String) -> String {
    let isName =
      name.first.map { $0 == "_" || ($0.isLetter && $0.isASCII) } ?? false
      && name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
    if !isName { return "\(path)[\"\(name)\"]" }
    return path.isEmpty ? name : "\(path).\(name)"
  }
}
