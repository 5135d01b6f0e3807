/// Sizes with binary units (`docker/go-units`): `64M`, `1.5 GiB`, `1024`.
enum ComposeSize {
  /// How many bytes a size is; `nil` where the client does not take it.
  static func bytes(_ text: String, _ dialect: ComposeDialect) -> Double? {
    switch dialect.hasOldSizes {
    case true?: old(text)
    case false?: new(text)
    case nil: old(text) ?? new(text)
    }
  }

  /// One fixed pattern, in which an `i` and a `b` may end each size.
  private static func old(_ text: String) -> Double? {
    guard let match = text.wholeMatch(of: /([0-9]+(?:\.[0-9]+)?) ?([kKmMgGtTpP]?)[iI]?[bB]?/) else { return nil }
    return GoNumber.fraction(String(match.1)).flatMap { scaled($0, by: match.2.lowercased()) }
  }

  /// Any number of Go's up to the last digit, point or space; a unit after it.
  private static func new(_ text: String) -> Double? {
    guard let last = text.lastIndex(where: { $0.isASCII && $0.isNumber || $0 == "." || $0 == " " }) else { return nil }
    let number = text[last] == " " ? text[..<last] : text[...last]
    guard let amount = GoNumber.fraction(String(number)), amount >= 0 else { return nil }
    let unit = text[text.index(after: last)...].lowercased()
    guard !["", "b"].contains(unit) else { return amount }
    return ["", "b", "ib"].contains(unit.dropFirst()) ? scaled(amount, by: String(unit.prefix(1))) : nil
  }

  private static func scaled(_ amount: Double, by unit: String) -> Double? {
    guard let power = ["", "k", "m", "g", "t", "p"].firstIndex(of: unit) else { return nil }
    return (0..<power).reduce(amount) { size, _ in size * 1024 }
  }
}
