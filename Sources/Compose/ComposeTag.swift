import Foundation
import Values
import YAMLTree

/// YAML's own tags: what has one must be what it says, or the client reads nothing of the file.
enum ComposeTag {
  /// Looks at all values.
  static func check(_ node: YAMLNode, _ dialect: ComposeDialect) throws(Failure) {
    switch node.content {
    case .scalar(let text, _):
      guard !fits(text, node.tag, dialect) else { return }
      throw Failure(
        "compose.invalid", "'\(text.prefix(80))' is not what its tag !!\(node.tag) says", location: node.location,
        hint: "remove the tag; docker stack deploy refuses the file with it")
    case .sequence(let elements): for element in elements { try check(element, dialect) }
    case .mapping(let members): for member in members { try check(member.value, dialect) }
    }
  }

  private static func fits(_ text: String, _ tag: String, _ dialect: ComposeDialect) -> Bool {
    let scalar = ComposeScalar(text, isPlain: true, dialect)
    let isWhole = if case .integer = scalar { true } else { false }
    return switch tag {
    case "int": isWhole
    case "float": isWhole || scalar == .number || scalar == .notFinite
    case "bool": scalar == .flag || scalar == .flagOrText
    case "null": scalar == .null
    case "timestamp": ComposeScalar.isDate(text)
    case "binary": Data(base64Encoded: text.filter { !$0.isNewline }) != nil
    default: true
    }
  }
}
