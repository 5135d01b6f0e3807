/// A word of Lua.
struct Token {
  enum Kind: Equatable {
    case name(String)
    case keyword(Keyword)
    /// A sign such as `==`, or any byte that begins no word.
    case sign(String)
    case integer(Int64)
    case number(Double)
    case string([UInt8])
    case end
  }

  var kind: Kind
  var range: SourceRange

  /// The token for a message.
  var shown: String {
    switch kind {
    case .name(let name): "'\(name)'"
    case .keyword(let word): "'\(word.rawValue)'"
    case .sign(let sign): "'\(sign)'"
    case .integer, .number: "a number"
    case .string: "a text"
    case .end: "the end of the file"
    }
  }
}

/// The reserved words of Lua 5.4.
enum Keyword: String, CaseIterable {
  case and, `break`, `do`, `else`, elseif, end, `false`, `for`, function, goto, `if`, `in`, local, `nil`, not, or
  case `repeat`, `return`, then, `true`, until, `while`

  static let byName = Dictionary(uniqueKeysWithValues: allCases.map { ($0.rawValue, $0) })
}
