/// All built-ins, in the order of the reference.
package enum BuiltinList {
  /// Each once.
  package static let all: [Builtin] = steps + words + values

  /// The purpose of the tables that hold some of them.
  package static let tables: [(name: String, summary: String)] = [
    ("log", "Messages for the operator who watches the run."), ("json", "JSON."),
    ("time", "Time, recorded so that a resumed run sees the same."),
    ("random", "Random values, recorded so that a resumed run sees the same."),
  ]

  /// The built-in of that name, which must be there.
  static func named(_ name: String) -> Builtin {
    guard let builtin = byName[name] else { preconditionFailure("the built-in \(name) is not described") }
    return builtin
  }

  private static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })
}

/// A function that every runbook has beside the host modules, for example `step`.
///
/// As with ``Primitive``, one description serves the argument checks, `runbook check`, the editor's definitions and the
/// reference.
package struct Builtin: Sendable {
  /// The name as a runbook calls it, for example `log.info`.
  package var name: String
  /// What it does, as one or more sentences.
  package var summary: String
  /// The lists of parameters that it takes, the usual one first.
  package var forms: [[Parameter]]
  /// Whether it takes any number of further arguments.
  package var isVariadic: Bool
  /// What it returns. `Result` is whatever its function returns.
  package var returns: ReturnType
  /// Where it may be called.
  package var context: Context
  /// Whether plain Lua has a function of that name and kind, so that editors know it already.
  package var isLuas: Bool

  /// Where a built-in may be called.
  package enum Context: Sendable, Hashable {
    /// Anywhere.
    case anywhere
    /// While the runbook's function runs, not while files are loaded.
    case running
    /// While the runbook's function runs, and not inside a step.
    case betweenSteps
  }

  package init(
    _ name: String, _ summary: String, _ forms: [Parameter]..., isVariadic: Bool = false,
    returns: ReturnType = .nothing, context: Context = .anywhere, isLuas: Bool = false
  ) {
    self.name = name
    self.summary = summary
    self.forms = forms
    self.isVariadic = isVariadic
    self.returns = returns
    self.context = context
    self.isLuas = isLuas
  }

  /// The usual parameters.
  package var parameters: [Parameter] { forms.first ?? [] }
}

extension BuiltinList {
  static let words: [Builtin] = [
    Builtin(
      "refuse", "Ends the run before anything was changed, and shows all findings at once.", [findings],
      context: .betweenSteps),
    Builtin(
      "conclude",
      """
      Ends the run with its findings, whatever it has changed: all findings are shown, the exit code is 1, and the run \
      is over. Does nothing without findings.
      """,
      [Parameter("message", .string, "What was found, as one sentence."), findings], context: .betweenSteps),
    Builtin(
      "fail", "Fails the step or run with an operator's sentence.",
      [
        Parameter(
          "failure", .record(finding + [.optional("retryable", .boolean, "Whether trying again may help.")]),
          "What went wrong.")
      ],
      [Parameter("message", .string, "What went wrong, as one sentence.")]),
    Builtin(
      "note", "Shows a checklist at the end of the run: what the operator still has to do.",
      [Parameter("title", .string, "What the list is."), .optional("items", .list(.string), "What is to be done.")],
      context: .running),
    Builtin(
      "show_table",
      """
      Shows a table at the end of the run, even if it is refused or ends with findings. Cells that say "ok", "finding" \
      or "not possible" are shown in colour.
      """,
      [
        Parameter("title", .string, "What the table is about."),
        Parameter("headings", .list(.string), "One per column."),
        Parameter("rows", .list(.list(.string)), "Each with one text per column."),
      ], context: .running),
    Builtin(
      "secret", "Makes a secret of a text.", [Parameter("text", .string, "The text.")],
      returns: ReturnType("Secret", "The secret, which prints as ‹secret›.")),
    Builtin("log.info", "Shows and records a line.", [Parameter("text", .string, "The line.")], context: .running),
    Builtin("log.warn", "Shows and records a warning.", [Parameter("text", .string, "The line.")], context: .running),
    Builtin(
      "print", "`log.info` of everything that it is given.", [], isVariadic: true, context: .running, isLuas: true),
  ]

  private static let finding: [Parameter] = [
    Parameter("message", .string, "What it is, as one sentence."), .optional("host", .host, "On which host."),
    .optional("hint", .string, "What to do about it."), .optional("cause", .string, "The remote side's own words."),
  ]

  private static let findings = Parameter("findings", .list(.record(finding)), "Each thing that was found.")
}

extension BuiltinList {
  static let steps: [Builtin] = [
    Builtin(
      "runbook", "Defines a runbook. The file returns what this returns.",
      [Parameter("definition", .record(RunbookDefinition.members), "What the runbook is.")],
      returns: ReturnType("table", "The definition.")),
    Builtin(
      "step",
      """
      A named unit of work: the only place where a runbook touches the outside. What `fn` returns is recorded, and \
      returned again when the run is resumed.
      """,
      [stepName, body("fun(): Result", "What the step does.")],
      [stepName, options(StepOptions.members), body("fun(): any", "What the step does.")],
      returns: ReturnType("Result", "What `fn` returned."), context: .betweenSteps),
    Builtin(
      "parallel",
      """
      Runs branches side by side: `parallel(list, fn)` one per item, in a scope named by the host or the item's text; \
      `parallel(name, list, fn)` the same below a scope; `parallel { a = fn, b = fn }` different ones. All branches \
      finish, and all failures are reported together. Returns the results in the same places.
      """,
      [list, perItem], [list, options(parallelOptions), perItem],
      [scopeName, list, perItem], [scopeName, list, options(parallelOptions), perItem],
      [branches], [branches, options(parallelOptions)],
      [scopeName, branches], [scopeName, branches, options(parallelOptions)],
      returns: ReturnType(
        "any[]|table<string, any>", "The results: a list, or a table with the names of the branches."),
      context: .running),
    Builtin(
      "scope", "Puts the steps of `fn` under a name.",
      [Parameter("name", .string, "The name."), body("fun(): Result", "What is done below it.")],
      returns: ReturnType("Result", "What `fn` returned."), context: .running),
    Builtin(
      "approve", "Waits, durably, for an operator's approval.", [Parameter("text", .string, "The question.")],
      context: .betweenSteps),
  ]

  /// The options of `parallel`.
  static let parallelOptions: [Parameter] = [
    .optional("limit", .integer, "How many branches run at a time; all if left out.")
      .bounded(.atLeast(1)),
    .optional("serial", .integer, "How many branches run before the next ones begin; all if left out.")
      .bounded(.atLeast(1)),
    .optional(
      "max_failures", .integer,
      """
      How many branches may fail without stopping the others; their results are nil. The run names each at its end, and \
      ends as failed: a resume continues them.
      """
    ).bounded(.atLeast(0)),
  ]

  private static let stepName = Parameter("name", .string, "Its name, which is its identity in its scope.")
  private static let scopeName = Parameter("name", .string, "The name of the scope above the branches.")
  private static let list = Parameter("list", .list(.any), "Hosts, texts, numbers, or tables with a member `name`.")
  private static let branches = Parameter("branches", .map(.function("fun(): any")), "The branches by their names.")
  private static let perItem = body("fun(item: any): any", "What each branch does.")

  private static func body(_ type: String, _ summary: String) -> Parameter { Parameter("fn", .function(type), summary) }
  private static func options(_ members: [Parameter]) -> Parameter {
    Parameter("options", .record(members), "Options.")
  }
}

extension BuiltinList {
  static let values: [Builtin] = [
    Builtin(
      "json.encode", "Writes data as JSON. A secret is an error.",
      [
        Parameter("value", .any, "What to write."),
        .optional("options", .record([.optional("pretty", .boolean, "On several lines.")]), "Options."),
      ], returns: ReturnType("string", "The text.")),
    Builtin(
      "json.decode", "Reads JSON.", [Parameter("text", .string, "The text.")], returns: ReturnType("any", "The data.")),
    Builtin(
      "time.now", "The present moment, recorded.", [], returns: ReturnType("number", "Seconds since 1970."),
      context: .running),
    Builtin(
      "time.sleep", "Waits.", [Parameter("duration", .duration, "How long, for example \"2s\".")], context: .running),
    Builtin(
      "time.text", "A moment in ISO 8601, in UTC.",
      [Parameter("seconds", .number, "Seconds since 1970, as `time.now()` gives them.").bounded(.moment)],
      returns: ReturnType("string", "The text.")),
    Builtin(
      "random.integer", "A whole number from `low` to `high`, recorded.",
      [Parameter("low", .integer, "The least."), Parameter("high", .integer, "The greatest.")],
      returns: ReturnType("integer", "The number."), context: .running),
    Builtin(
      "random.uuid", "A random UUID, recorded.", [], returns: ReturnType("string", "The UUID, in lower case."),
      context: .running),
    Builtin(
      "env", "A variable of the operator's environment, recorded.", [Parameter("name", .string, "Its name.")],
      returns: ReturnType("string?", "Its value; nil if it is not set."), context: .running),
    Builtin(
      "require",
      "Loads a Lua module, once: from beside the runbook, `./stdlib`, the folders of `RUNBOOK_PATH`, or the shipped ones.",
      [Parameter("name", .string, "Its name.")], returns: ReturnType("any", "What the module's file returns."),
      isLuas: true),
    Builtin(
      "requires_api",
      "Says, at the top of a module, for which API version it is written; refused if this program does not support it.",
      [Parameter("version", .string, "The version, for example \"1.0\".")]),
  ]
}

/// The parts of Lua's own library that runbooks have. A test compares it with the real Lua state.
package enum PlainLua {
  /// The global functions and values, without those that are ``Builtin``s.
  package static let globals: Set<String> = [
    "_G", "_VERSION", "assert", "error", "getmetatable", "ipairs", "load", "next", "pairs", "pcall", "rawequal",
    "rawget", "rawlen", "rawset", "select", "setmetatable", "tonumber", "tostring", "type", "xpcall",
  ]

  /// What Lua has only when it is built to be compatible with older versions: not described, so that a runbook runs
  /// everywhere.
  package static let unportable: Set<String> = Set(
    ["cosh", "sinh", "tanh", "pow", "frexp", "ldexp", "log10", "atan2"].map { "math.\($0)" })

  /// The tables with their members.
  package static let tables: [String: Set<String>] = [
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
