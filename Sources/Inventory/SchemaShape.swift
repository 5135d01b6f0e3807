/// What a key of the inventory file may hold.
public indirect enum SchemaShape: Sendable {
  /// `true` or `false`.
  case flag
  /// A whole number in a range.
  case integer(ClosedRange<Int>)
  /// Text of a certain form. What looks like a truth value must be in quotes.
  case text(TextForm)
  /// Any scalar, taken as it is written.
  case word
  /// One of some words.
  case choice([String])
  /// A list of things of one shape, with at least that many.
  case list(of: SchemaShape, atLeast: Int)
  /// A mapping with these keys and no others.
  case mapping([SchemaKey])
  /// A mapping from names that a person chooses, of that form, to things of one shape.
  case named(TextForm, SchemaShape)

  /// What is expected, in words, for a message.
  public var expectation: String {
    switch self {
    case .flag: "true or false"
    case .integer(let range): "a whole number from \(range.lowerBound) to \(range.upperBound)"
    case .text(let form): form.name
    case .word: "one word or number"
    case .choice(let words): words.joined(separator: " or ")
    case .list(let element, _): "a list in which each element is \(element.expectation)"
    case .mapping: "a mapping"
    case .named(let form, _): "a mapping in which each key is \(form.name)"
    }
  }
}
