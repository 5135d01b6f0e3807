/// A Lua file that was read.
public struct Chunk: Sendable {
  /// What it does.
  public let block: Block
  /// All local variables, in the order in which they are declared.
  public let variables: [Variable]
  /// All comments, in order.
  public let comments: [Comment]

  /// Reads a text as Lua 5.4 does, and throws at the first thing that is wrong.
  ///
  /// What Lua's compiler refuses is refused here, too: assignments to constants, `goto` into the scope of a local
  /// variable, `break` outside of loops, more than 200 local variables in a function, brackets nested more than about 200
  /// levels deep. Not looked at are the limits of its machine code, which no handwritten text reaches: 255
  /// registers (a call with some 250 arguments), 255 upvalues of a function, jumps of more than 16 million instructions.
  public init(_ source: LuaSource) throws(LuaSyntaxError) {
    var parser = try Parser(source)
    block = try parser.file()
    variables = parser.variables
    comments = parser.lexer.comments
  }
}
