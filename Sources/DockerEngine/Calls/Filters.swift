import Values

/// Which of the engine's objects to select, as the API's `filters` parameter: the values of one name are alternatives,
/// different names must all hold.
public struct Filters: Sendable, Hashable, ExpressibleByDictionaryLiteral {
  private var values: [String: Set<String>]

  /// From names with their alternatives.
  public init(dictionaryLiteral elements: (String, [String])...) {
    values = Dictionary(elements.map { ($0.0, Set($0.1)) }, uniquingKeysWith: { $0.union($1) })
  }

  /// Everything.
  public static let all: Filters = [:]

  /// What carries a label, with that value when one is given.
  public static func label(_ name: String, _ value: String? = nil) -> Filters {
    ["label": [value.map { "\(name)=\($0)" } ?? name]]
  }

  /// What belongs to a stack.
  public static func stack(_ name: String) -> Filters { label(StackLabel.namespace, name) }

  var query: [(name: String, value: String)] {
    get throws {
      if values.isEmpty { return [] }
      let json: Values.Value = .object(
        values.mapValues { alternatives in
          .object(Dictionary(uniqueKeysWithValues: alternatives.map { ($0, .bool(true)) }))
        })
      return [("filters", try JSON.encode(json, secrets: .refused))]
    }
  }
}
