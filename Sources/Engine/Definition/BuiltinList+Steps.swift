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
      returns: ReturnType("Result", "What `fn` returned."), location: .betweenSteps),
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
      location: .running),
    Builtin(
      "scope", "Puts the steps of `fn` under a name.",
      [Parameter("name", .string, "The name."), body("fun(): Result", "What is done below it.")],
      returns: ReturnType("Result", "What `fn` returned."), location: .running),
    Builtin(
      "approve", "Waits, durably, for an operator's approval.", [Parameter("text", .string, "The question.")],
      location: .betweenSteps),
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
