/// A row of statements.
package struct Block: Sendable {
  /// In order.
  package var statements: [Statement]
  /// From the first to the last.
  package var range: SourceRange
}

/// A statement.
package struct Statement: Sendable {
  /// What it is.
  package var kind: Kind
  /// Where it is.
  package var range: SourceRange

  /// What a statement is. Variables are places in ``Chunk/variables``.
  package indirect enum Kind: Sendable {
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

/// A Lua file that was read.
package struct Chunk: Sendable {
  /// What it does.
  package let block: Block
  /// All local variables, in the order in which they are declared.
  package let variables: [Variable]
  /// All comments, in order.
  package let comments: [Comment]

  /// Reads a text as Lua 5.4 does, and throws at the first thing that is wrong.
  ///
  /// What Lua's compiler refuses is refused here, too: assignments to constants, `goto` into the scope of a local
  /// variable, `break` outside of loops, more than 200 local variables in a function, brackets nested more than about 200
  /// levels deep. Not looked at are the limits of its machine code, which no handwritten text reaches: 255
  /// registers (a call with some 250 arguments), 255 upvalues of a function, jumps of more than 16 million instructions.
  package init(_ source: LuaSource) throws(LuaSyntaxError) {
    var parser = try Parser(source)
    block = try parser.file()
    variables = parser.variables
    comments = parser.lexer.comments
  }
}

/// A comment of a file.
package struct Comment: Sendable, Hashable {
  /// The text between the dashes (and long brackets) and its end.
  package var text: String
  /// The comment with its dashes.
  package var range: SourceRange

  package init(text: String, range: SourceRange) {
    self.text = text
    self.range = range
  }
}

/// A local variable of a file, at its place in ``Chunk/variables``.
package struct Variable: Sendable, Hashable {
  /// How it was declared.
  package enum Origin: Sendable, Hashable {
    /// `local x`
    case local
    /// `local function x`
    case function
    /// A function's parameter, `self` of a method included.
    case parameter
    /// A `for` loop's.
    case loop
  }

  /// Its name.
  package var name: String
  /// What brought it into being.
  package var origin: Origin
  /// Whether `<const>` or `<close>` forbids another assignment.
  package var isConstant: Bool
  /// Whether `<close>` closes it when its block ends: it is useful without being read.
  package var isClosed: Bool
  /// Where its name is first; empty for `self`.
  package var range: SourceRange
}
