/// An expression. A chain of suffixes or operators is one list, so that the depth of the tree is that of the brackets.
package struct Expression: Sendable {
  /// What it is.
  package var kind: Kind
  /// Where it is.
  package var range: SourceRange

  package init(kind: Kind, range: SourceRange) {
    self.kind = kind
    self.range = range
  }

  /// What an expression is.
  package indirect enum Kind: Sendable {
    /// `nil`
    case `nil`
    /// `true`, `false`
    case boolean(Bool)
    /// A whole number.
    case integer(Int64)
    /// Another number.
    case number(Double)
    /// A text; bytes that are not UTF-8 are replaced.
    case string(String)
    /// `...`
    case varargs
    /// `function(…) … end`
    case function(FunctionBody)
    /// `{ … }`
    case table([TableField])
    /// A name: a local variable, by its place in ``Chunk/variables``, or a global (`nil`).
    case name(String, variable: Int?)
    /// `a.b[c]:d(e)`: what it begins with, and what follows, at least one.
    case suffixed(Expression, [Suffix])
    /// `a + b - c`: operands from left to right, each combined with everything before it.
    case operation(Expression, [Operand])
    /// `not a`, `-a`, `#a`, `~a`
    case unary(String, Expression)
    /// `(a)`
    case parenthesized(Expression)
  }

  /// What follows an expression.
  package struct Suffix: Sendable {
    /// What it is.
    package var kind: Kind
    /// Where it is, without what is before it.
    package var range: SourceRange
    /// Where the name of a member or method is.
    package var nameRange: SourceRange

    /// What a suffix is.
    package enum Kind: Sendable {
      /// `.name`
      case member(String)
      /// `[key]`
      case index(Expression)
      /// `(…)`, `{…}`, `"…"`
      case call([Expression])
      /// `:name(…)`
      case method(String, [Expression])
    }
  }

  /// An operator with its right operand.
  package struct Operand: Sendable {
    /// The operator, for example `..`.
    package var sign: String
    /// Its right operand.
    package var value: Expression
  }
}

/// A member of a table constructor.
package struct TableField: Sendable {
  /// What it is called.
  package var key: Key
  /// Its value.
  package var value: Expression
  /// Where key and value are.
  package var range: SourceRange

  /// How a member is named.
  package enum Key: Sendable {
    /// By its place in the list, counted from 1.
    case position(Int)
    /// `name = …`
    case name(String, SourceRange)
    /// `[key] = …`
    case expression(Expression)
  }
}

/// A function, wherever it is written.
package struct FunctionBody: Sendable {
  /// Its number in the file, in the order of the beginnings, from 1; the file itself is 0.
  package var id: Int
  /// Its parameters, as places in ``Chunk/variables``; a method's first is `self`.
  package var parameters: [Int]
  /// Whether it takes more than these.
  package var isVariadic: Bool
  /// What it does.
  package var block: Block
  /// From `function` to `end`.
  package var range: SourceRange
}
