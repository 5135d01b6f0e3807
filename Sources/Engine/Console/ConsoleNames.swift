import LuaVM
import Values

/// What can be typed at a console, for completion.
struct ConsoleNames {
  let hosts: [String]
  let modules: [HostModule]

  /// What a word may be completed to: whole names.
  ///
  /// - Parameter members: gives the names of the members of the value that an expression names.
  func completions(of word: String, members: @Sendable (String) async -> [String]) async -> [String] {
    guard let dot = word.lastIndex(of: ".") else {
      return (globals + hosts).filter { $0.hasPrefix(word) }.sorted().uniqued()
    }
    let owner = String(word[..<dot]), beginning = word[word.index(after: dot)...]
    var names = BuiltinList.all.map(\.name).filter { $0.hasPrefix(owner + ".") }.map {
      String($0.dropFirst(owner.count + 1))
    }
    names += modules.first { $0.name == owner }?.primitives.map(\.name) ?? []
    names += PlainLua.tables[owner] ?? []
    if names.isEmpty, Self.isPath(owner) { names = await members(owner) }
    return names.filter { $0.hasPrefix(beginning) }.sorted().uniqued().map { "\(owner).\($0)" }
  }

  private var globals: [String] {
    BuiltinList.all.map { String($0.name.prefix { $0 != "." }) }.filter { !ScriptConsole.withoutMeaning.contains($0) }
      + modules.map(\.name) + PlainLua.globals + PlainLua.tables.keys + ScriptConsole.globals
  }

  /// Whether it is nothing but names and dots: looking at it calls nothing.
  private static func isPath(_ text: String) -> Bool {
    text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { isName($0) }
  }

  /// Whether a word can be a variable.
  static func isName(_ word: some StringProtocol) -> Bool {
    guard let first = word.first, first.isASCII, first.isLetter || first == "_" else { return false }
    return word.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
  }
}

extension [String] {
  fileprivate func uniqued() -> [String] {
    var seen: Set<String> = []
    return filter { seen.insert($0).inserted }
  }
}
