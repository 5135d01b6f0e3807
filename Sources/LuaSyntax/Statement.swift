/// A row of statements.
public struct Block: Sendable {
  /// In order.
  public var statements: [Statement]
  /// From the first to the last.
  public var range: SourceRange
}

/// A statement.
public struct Statement: Sendable {
  /// What it is.
  public var kind: Kind
  /// Where it is.
  public var range: SourceRange

  /// What a statement is. Variables are places in ``Chunk/variables``.
  public indirect enum Kind: Sendable {
    /// `local a, b = …`
    case local([Int], [Expression])
    /// `a, b.c = …`
    case assignment([Expression], [Expression])
    /// A call.
    case call(Expression)
    /// `do … end`
    case block(Block)
    /// `while … do … end`
    case whileLoop(Expression, Block)
    /// `repeat … until …`
    case repeatLoop(Block, Expression)
    /// `if … then … elseif … end`, with the `else` block.
    case condition([(condition: Expression, block: Block)], otherwise: Block?)
    /// `for i = 1, 2, 3 do … end`
    case numericFor(Int, [Expression], Block)
    /// `for a, b in … do … end`
    case genericFor([Int], [Expression], Block)
    /// `function a.b:c() … end`; the target is what is assigned to.
    case function(Expression, FunctionBody)
    /// `local function a() … end`
    case localFunction(Int, FunctionBody)
    /// `return …`
    case returns([Expression])
    /// `break`
    case breaks
    /// `goto name`
    case goto(String)
    /// `::name::`
    case label(String)
  }
}
