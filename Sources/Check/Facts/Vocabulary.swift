import Engine
import Values

/// Everything that a runbook has by name: built-ins, host modules, Lua's own library, and what it does not have.
struct Vocabulary {
  let builtins: [String: Builtin]
  let primitives: [String: Primitive]
  /// The members of all global tables.
  let tables: [String: Set<String>]
  let globals: Set<String>

  /// `more`: globals that only some files have.
  init(modules: [HostModule], more: Set<String> = []) {
    builtins = Dictionary(uniqueKeysWithValues: BuiltinList.all.map { ($0.name, $0) })
    primitives = Dictionary(
      uniqueKeysWithValues: modules.flatMap { module in
        module.primitives.map { ("\(module.name).\($0.name)", $0) }
      })
    var tables = PlainLua.tables
    for module in modules { tables[module.name] = Set(module.primitives.map(\.name)) }
    for name in builtins.keys {
      guard let dot = name.firstIndex(of: ".") else { continue }
      tables[String(name[..<dot]), default: []].insert(String(name[name.index(after: dot)...]))
    }
    self.tables = tables
    globals = PlainLua.globals.union(tables.keys).union(builtins.keys.filter { !$0.contains(".") })
      .union(more)
  }
}

/// The intended name, if there is no doubt about it.
enum NearName {
  /// The one known name that is near; `nil` where there is none, or more than one.
  static func only(_ word: String, among known: some Sequence<String>) -> String? {
    guard let near = Suggestion.closest(to: word, among: known) else { return nil }
    return Suggestion.closest(to: word, among: known.filter { $0 != near }) == nil ? near : nil
  }
}
