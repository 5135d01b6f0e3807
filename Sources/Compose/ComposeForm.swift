/// Forms of text in compose files, as Go's libraries read them.
enum ComposeForm {
  /// A time span: numbers with units, such as `1m30s`; `0` alone has none.
  static func isDuration(_ text: String) -> Bool {
    var rest = Substring(text)
    if let first = rest.first, first == "+" || first == "-" { rest = rest.dropFirst() }
    if rest == "0" { return true }
    guard !rest.isEmpty else { return false }
    while !rest.isEmpty {
      let number = rest.prefix { $0.isASCII && $0.isNumber || $0 == "." }
      guard number.contains(where: \.isNumber), number.count(where: { $0 == "." }) <= 1 else { return false }
      rest = rest.dropFirst(number.count)
      guard
        let unit = ["ns", "us", "µs", "μs", "ms", "s", "m", "h"].first(where: {
          rest.hasPrefix($0) && !(($0 == "m") && rest.hasPrefix("ms"))
        })
      else { return false }
      rest = rest.dropFirst(unit.count)
    }
    return true
  }

  /// How many bytes a size is, with binary units: `64M`, `1.5 GiB`, `1024`.
  static func bytes(_ text: String) -> Double? {
    let number = text.prefix { $0.isASCII && $0.isNumber || $0 == "." }
    var unit = text.dropFirst(number.count).lowercased()
    if unit.hasPrefix(" ") { unit.removeFirst() }
    guard let amount = Double(number), amount.isFinite else { return nil }
    if unit == "b" || unit.isEmpty { return amount }
    let powers = ["k": 1, "m": 2, "g": 3, "t": 4, "p": 5]
    guard let power = unit.first.flatMap({ powers[String($0)] }), ["", "b", "ib"].contains(String(unit.dropFirst()))
    else { return nil }
    return (0..<power).reduce(amount) { size, _ in size * 1024 }
  }

  static func isSize(_ text: String) -> Bool { bytes(text) != nil }

  /// A number as a decimal text, whatever it was written as.
  static func decimal(_ text: String, _ scalar: ComposeScalar?) -> String {
    if case .integer(let number) = scalar { String(number) } else { text }
  }
}
