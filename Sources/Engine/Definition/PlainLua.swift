/// The parts of Lua's own library that runbooks have. A test compares it with the real Lua state.
public enum PlainLua {
  /// The global functions and values, without those that are ``Builtin``s.
  public static let globals: Set<String> = [
    "_G", "_VERSION", "assert", "error", "getmetatable", "ipairs", "load", "next", "pairs", "pcall", "rawequal",
    "rawget", "rawlen", "rawset", "select", "setmetatable", "tonumber", "tostring", "type", "xpcall",
  ]

  /// What Lua has only when it is built to be compatible with older versions: not described, so that a runbook runs
  /// everywhere.
  public static let unportable: Set<String> = Set(
    ["cosh", "sinh", "tanh", "pow", "frexp", "ldexp", "log10", "atan2"].map { "math.\($0)" })

  /// The tables with their members.
  public static let tables: [String: Set<String>] = [
    "coroutine": ["close", "create", "isyieldable", "resume", "running", "status", "wrap", "yield"],
    "math": [
      "abs", "acos", "asin", "atan", "ceil", "cos", "deg", "exp", "floor", "fmod", "huge", "log", "max", "maxinteger",
      "min", "mininteger", "modf", "pi", "rad", "sin", "sqrt", "tan", "tointeger", "type", "ult",
    ],
    "string": [
      "byte", "char", "find", "format", "gmatch", "gsub", "len", "lower", "match", "pack", "packsize", "rep",
      "reverse", "sub", "unpack", "upper",
    ],
    "table": ["concat", "insert", "move", "pack", "remove", "sort", "unpack"],
    "utf8": ["char", "charpattern", "codepoint", "codes", "len", "offset"],
  ]
}
