import Foundation

/// What a file of LuaCATS definitions says of its functions, in Markdown: for the built-ins, whose definitions are kept
/// by hand.
public enum LuaReference {
  /// One section per function that the definitions describe, in their order.
  public static func write(_ definitions: String) -> String {
    var sections: [String] = []
    var comment: [String] = []
    var classes: [String: [String]] = [:]
    for line in definitions.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix("---") {
        comment.append(line.dropFirst(3).trimmingCharacters(in: .whitespaces))
        continue
      }
      if line.hasPrefix("function "), let end = line.range(of: " end", options: .backwards) {
        sections.append(
          section(String(line[line.index(line.startIndex, offsetBy: 9)..<end.lowerBound]), comment, classes))
      } else if let name = className(comment) {
        classes[name] = comment.filter { $0.hasPrefix("@field ") }
      }
      comment = []
    }
    return (["## Built-in functions"] + sections).joined(separator: "\n\n")
  }

  private static func section(_ signature: String, _ comment: [String], _ classes: [String: [String]]) -> String {
    var parts = ["#### `\(signature)`"]
    let words = comment.filter { !$0.hasPrefix("@") }.joined(separator: " ")
    if !words.isEmpty { parts.append(words) }
    var lines = comment.filter { $0.hasPrefix("@param ") }.map { "* `" + $0.dropFirst(7).entry }
    lines += comment.filter { $0.hasPrefix("@overload ") }.map { "* also `\($0.dropFirst(10))`" }
    lines += comment.filter { $0.hasPrefix("@return ") }.map { "* returns `\($0.dropFirst(8))`" }
    if !lines.isEmpty { parts.append(lines.joined(separator: "\n")) }
    let used = classes.keys.sorted().filter { name in
      comment.contains { $0.hasPrefix("@param") || $0.hasPrefix("@overload") ? $0.contains(name) : false }
    }
    for name in used {
      let fields = (classes[name] ?? []).map { "* `" + $0.dropFirst(7).entry }
      if !fields.isEmpty { parts.append("`\(name)`:\n\n" + fields.joined(separator: "\n")) }
    }
    return parts.joined(separator: "\n\n")
  }

  /// `Result` of a comment that has `@class (exact) Result`.
  private static func className(_ comment: [String]) -> String? {
    guard let line = comment.first(where: { $0.hasPrefix("@class ") }) else { return nil }
    return line.dropFirst(7).split(separator: " ").first { $0 != "(exact)" }.map(String.init)
  }
}

extension Substring {
  /// `name type description` as "name` (`type`): description": a type has no spaces but in `fun(…): …`, and a
  /// description begins with a capital letter.
  fileprivate var entry: String {
    let words = split(separator: " ", omittingEmptySubsequences: false)
    let name = words.first ?? ""
    let rest = words.dropFirst()
    let start = rest.indices.first { index in
      // Not a class inside of a type: `fun(): Result`.
      rest[index].first?.isUppercase == true && index > rest.startIndex && !":,|".contains(words[index - 1].last ?? " ")
    }
    let type = rest[..<(start ?? rest.endIndex)].joined(separator: " ")
    let text = start.map { rest[$0...].joined(separator: " ") }
    return "\(name)` (`\(type)`)" + (text.map { ": \($0)" } ?? "")
  }
}
