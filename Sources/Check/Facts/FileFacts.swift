import LuaSyntax

/// The facts about one file, gathered in one walk.
struct FileFacts {
  /// A function, with where it is written.
  struct Function {
    var body: FunctionBody
    /// The function around it; 0 is the file.
    var outer: Int
    /// The values of its `return` statements, of the first value each.
    var returned: [Expression?] = []
  }

  /// A call.
  struct Call {
    /// The callee: an expression without the call itself.
    var callee: Expression
    /// The method's name where it is one.
    var method: String?
    var arguments: [Expression]
    /// The whole call, and the name of what is called.
    var range: SourceRange
    var nameRange: SourceRange
    /// The function that it is in.
    var function: Int
    /// The loops around it in that function, outermost first.
    var loops: [SourceRange]
    /// The branches of conditions around it in that function, outermost first.
    var branches: [Branch]
    var isReachable: Bool
  }

  /// One branch of a condition: the condition's number, the branch's, and whether what follows it is not reached by it.
  struct Branch: Equatable {
    var condition: Int
    var branch: Int
    var isLeft: Bool
  }

  /// A member that is read: of which value, and its name.
  struct MemberRead {
    var base: Expression
    var name: String
    var range: SourceRange
  }

  /// A global that is read or given a value.
  struct GlobalUse {
    var name: String
    var range: SourceRange
  }

  /// A variable that is read or changed.
  struct Use {
    var variable: Int
    /// The function in which that is.
    var function: Int
    var range: SourceRange
  }

  var functions: [Int: Function] = [:]
  /// The function in which each variable is declared.
  var homes: [Int: Int] = [:]
  /// Where variables are read, and where they, or the contents of their tables, are changed.
  var uses: [Use] = []
  var changes: [Use] = []
  var calls: [Call] = []
  var members: [MemberRead] = []
  var globalReads: [GlobalUse] = []
  var globalWrites: [GlobalUse] = []
  /// All concatenations: the operands, and their positions.
  var concatenations: [(operands: [Expression], range: SourceRange)] = []
  /// The values that each variable gets, with `nil` for unknown ones.
  var values: [Int: [Expression?]] = [:]
  /// Where variables get values after their declaration.
  var writes: [Int: [SourceRange]] = [:]
  /// For the variables of `for … in ipairs(list)`: the list, and whether it is the item.
  var iterated: [Int: Expression] = [:]
  /// The members that a local table gets: `function t.name()`, `t.name = …`, and those of its constructor.
  var tableMembers: [Int: [String: Expression]] = [:]
  /// The local tables that get members by computed names, or are passed to code that may do that.
  var openTables: Set<Int> = []
  /// The `next` of `for … in next, …`.
  var nextLoops: [SourceRange] = []
  /// Members and names that are used themselves, not only for a member of them; not those that a local is made of.
  var taken: [Expression] = []
  /// The values that the file returns.
  var result: Expression?
  /// Statements that are never reached: the first of each row.
  var unreachable: [SourceRange] = []
}
