import Values

/// One placement constraint of a service, for example `node.labels.da-policy == true`.
///
/// Grammar and comparison are those of swarmkit (`manager/constraint`): `==` or `!=`; keys and values are compared
/// without regard to case, only the name of a label with regard to it; a label that is absent counts as empty.
public struct PlacementConstraint: Sendable, Hashable {
  /// What is looked at, as it was written: `node.role`, `node.labels.NAME` and so on.
  public let key: String
  /// Whether the value must be equal (`==`), not different (`!=`).
  public let isEquality: Bool
  /// The value to compare with, as it was written.
  public let value: String
  /// Where it is written.
  public let location: SourceLocation?

  /// Reads a constraint.
  ///
  /// - Throws: ``Failure`` `compose.bad_constraint` with swarmkit's own words as the cause.
  public static func parse(_ text: String, location: SourceLocation? = nil) throws(Failure) -> PlacementConstraint {
    // swarmkit looks for `==` in the whole text before it looks for `!=`.
    guard let sign = ["==", "!="].first(where: { text.contains($0) }), let range = text.firstRange(of: sign) else {
      throw bad(text, "constraint expected one operator from ==, !=", location)
    }
    let key = trimmed(text[..<range.lowerBound])
    let value = trimmed(text[range.upperBound...])
    guard isKey(key) else { throw bad(text, "key '\(key)' is invalid", location) }
    guard isValue(value) else { throw bad(text, "value '\(value)' is invalid", location) }
    return PlacementConstraint(key: key, isEquality: sign == "==", value: value, location: location)
  }

  private static func bad(_ text: String, _ cause: String, _ location: SourceLocation?) -> Failure {
    Failure(
      "compose.bad_constraint", "the placement constraint '\(text)' can't be read", location: location, cause: cause,
      hint: "write for example 'node.labels.da-policy == true' or 'node.role != manager'")
  }

  private static func trimmed(_ text: Substring) -> String {
    let start = text.drop { $0.isWhitespace }
    return String(start.reversed().drop { $0.isWhitespace }.reversed())
  }

  private static func isKey(_ text: String) -> Bool {
    guard let first = text.first, text.count >= 2, first == "_" || (first.isASCII && first.isLetter) else {
      return false
    }
    return text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0)) }
  }

  private static func isValue(_ text: String) -> Bool {
    let signs = ":-_.*()?+[]\\^$|/"
    return !text.isEmpty
      && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0.isWhitespace || signs.contains($0)) }
  }
}

extension PlacementConstraint: CustomStringConvertible {
  /// The constraint in its usual form.
  public var description: String { "\(key) \(isEquality ? "==" : "!=") \(value)" }
}
