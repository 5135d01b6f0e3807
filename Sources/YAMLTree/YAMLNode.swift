import Foundation
import Values

/// A piece of a YAML document that knows where it was written.
///
/// Aliases and merge keys (`<<`) are already resolved; a tag that YAML itself does not define
/// is refused on reading unless ``YAMLRules`` let it pass.
package struct YAMLNode: Sendable, Hashable {
  /// What the piece is.
  package enum Content: Sendable, Hashable {
    /// A scalar as it was written. `isPlain` says whether it was without quotes, so that `true` or `5` may be
    /// something else than text.
    case scalar(String, isPlain: Bool)
    /// A list.
    case sequence([YAMLNode])
    /// Keys with values, in the order of the file.
    case mapping([Member])
  }

  /// One key of a mapping with its value.
  package struct Member: Sendable, Hashable {
    /// The key's text.
    package var key: String
    /// Where the key is.
    package var location: SourceLocation
    /// Whether the key was without quotes, so that `5` or `yes` may be something else than text.
    package var hasPlainKey: Bool
    /// What belongs to it.
    package var value: YAMLNode

    /// Pairs a key with its value.
    package init(key: String, location: SourceLocation, hasPlainKey: Bool = true, value: YAMLNode) {
      self.key = key
      self.location = location
      self.hasPlainKey = hasPlainKey
      self.value = value
    }
  }

  /// What the piece is.
  package var content: Content
  /// Where it begins.
  package var location: SourceLocation
  /// Its tag: YAML's own by its short name (`str`, `int`), another one with its `!`; empty without one.
  package var tag: String

  /// Puts content at a place.
  package init(_ content: Content, location: SourceLocation, tag: String = "") {
    self.content = content
    self.location = location
    self.tag = tag
  }
}

extension YAMLNode {
  /// The members, when this is a mapping.
  package var members: [Member]? { if case .mapping(let members) = content { members } else { nil } }
  /// The elements, when this is a list.
  package var elements: [YAMLNode]? { if case .sequence(let elements) = content { elements } else { nil } }
  /// The text of a scalar as it was written; `nil` for a list, a mapping and for nothing at all.
  package var text: String? {
    if case .scalar(let text, _) = content, !isNull { text } else { nil }
  }
  /// Whether nothing is there: an empty value, `~` or `null`.
  package var isNull: Bool {
    if case .scalar(let text, isPlain: true) = content { PlainScalar(text) == .null } else { false }
  }
  /// What a scalar means in YAML 1.1; `nil` for a list and a mapping.
  package var plain: PlainScalar? {
    guard case .scalar(let text, let isPlain) = content else { return nil }
    return isPlain ? PlainScalar(text) : .text
  }
  /// The truth value of a plain scalar, as YAML 1.1 has them: `true`, `yes`, `on` and their opposites.
  package var flag: Bool? {
    guard case .scalar(let text, isPlain: true) = content else { return nil }
    guard [text.lowercased(), text.uppercased(), text.capitalized].contains(text) else { return nil }
    return switch text.lowercased() {
    case "true", "yes", "on": true
    case "false", "no", "off": false
    default: nil
    }
  }
  /// The decimal integer that a plain scalar means.
  package var integer: Int? {
    guard case .scalar(let text, isPlain: true) = content else { return nil }
    return Int(text)
  }
  /// What the piece is, in words, for a message: `a list`, `a mapping`, `nothing`, `a truth value`, `text`.
  package var kind: String {
    switch content {
    case .sequence: "a list"
    case .mapping: "a mapping"
    case .scalar:
      if isNull {
        "nothing"
      } else if flag != nil {
        "a truth value"
      } else if integer != nil {
        "a number"
      } else {
        "text"
      }
    }
  }
  /// The value of a member; `nil` when this is not a mapping or has no such key.
  package subscript(key: String) -> YAMLNode? { members?.first { $0.key == key }?.value }
}

/// Texts as YAML scalars.
package enum YAMLScalar {
  /// The text as it is where that can't be taken for anything else, else in double quotes.
  package static func text(_ text: String) -> String {
    let isPlain =
      text.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "/"),
          UInt8(ascii: "-"):
          true
        default: false
        }
      } && text.first.map { $0 != "-" && $0 != "." } == true
    let words = ["true", "false", "yes", "no", "on", "off", "null", "y", "n"]
    let isNumber = Double(text) != nil || text.allSatisfy { "0123456789._xobXOBeE".contains($0) } && !text.contains(".")
    if isPlain, !words.contains(text.lowercased()), !isNumber { return text }
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": quoted += "\\\""
      case "\\": quoted += "\\\\"
      case "\n": quoted += "\\n"
      case "\t": quoted += "\\t"
      default:
        if scalar.properties.generalCategory == .control || scalar.value == 0x2028 || scalar.value == 0x2029 {
          let digits = String(scalar.value, radix: 16)
          quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        } else {
          quoted.unicodeScalars.append(scalar)
        }
      }
    }
    return quoted + "\""
  }

  /// A list on one line.
  package static func list(_ texts: [String]) -> String { "[\(texts.map(text).joined(separator: ", "))]" }

  /// A text of lines below a key: as a block where every character of it is literal there, else quoted.
  ///
  /// - Parameter indent: the spaces before each line of a block.
  package static func block(_ text: String, indent: Int) -> String {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let isPlain = text.unicodeScalars.allSatisfy { scalar in
      scalar == "\n"
        || scalar.value < 0xFEFF && scalar.value != 0x2028 && scalar.value != 0x2029
          && scalar.properties.generalCategory != .control
    }
    // A block ends with one line break; a first line that is indented would be taken for the block's own indent.
    guard isPlain, text.hasSuffix("\n"), !text.hasSuffix("\n\n"), let first = lines.first(where: { !$0.isEmpty }),
      first.first != " "
    else { return Self.text(text) }
    let space = String(repeating: " ", count: indent)
    return "|\n" + lines.dropLast().map { $0.isEmpty ? "" : space + $0 }.joined(separator: "\n")
  }
}
