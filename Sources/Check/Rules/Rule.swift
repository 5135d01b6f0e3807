/// A rule of `runbook check`. Its ID is stable across releases.
package struct Rule: Sendable, Hashable {
  /// How much a finding weighs.
  package enum Severity: String, Sendable, Hashable, CaseIterable {
    /// A run would fail, or do something unintended.
    case error
    /// Probably a mistake.
    case warning
    /// Worth a look.
    case note
  }

  /// The ID, for example `unknown-field`.
  package var id: String
  /// How much its findings weigh.
  package var severity: Severity
  /// What it finds, as one sentence.
  package var summary: String

  private init(_ id: String, _ severity: Severity, _ summary: String) {
    self.id = id
    self.severity = severity
    self.summary = summary
  }

  /// All rules, in the order of the author's guide.
  package static let all: [Rule] = [
    syntax, unknownGlobal, unknownField, notAvailable, nonDeterministic, missingModule, moduleCircle, argumentCount,
    argumentType,
    unknownOption, deprecated, effectOutsideStep, changeInCheck, nestedStep, outsideRun, duplicateStep, unfitName,
    stepNameInLoop, setInStep, unreachableUndo, unreachableCode, unknownParam, unusedParam, secretInText, secretInLog,
    secretInSource,
    globalAssignment, unusedLocal, unknownRule, tooMany,
  ]

  static let tooMany = Rule("too-many", .warning, "A file has more findings than are shown.")
  static let syntax = Rule("syntax", .error, "The file is not Lua 5.4.")
  static let unknownGlobal = Rule("unknown-global", .error, "A global that nothing defines.")
  static let unknownField = Rule(
    "unknown-field", .error,
    "A function or member that a module, a table of Lua's library, `run` or a host does not have.")
  static let notAvailable = Rule(
    "not-available", .error, "Something of plain Lua that a runbook does not have, such as `io.open`.")
  static let nonDeterministic = Rule(
    "non-deterministic", .error,
    "Something that differs each time, such as `os.time` or `math.random`: a resumed run would take a different path."
  )
  static let missingModule = Rule("missing-module", .error, "A module that `require` would not find.")
  static let moduleCircle = Rule(
    "module-circle", .error, "Modules that require each other, so that none is ever loaded.")
  static let argumentCount = Rule(
    "argument-count", .error, "Too many arguments for a function, or a needed one is missing.")
  static let argumentType = Rule(
    "argument-type", .error, "A written-out argument of a kind that the function does not take.")
  static let unknownOption = Rule(
    "unknown-option", .error, "A key in a table of options that the function does not know, or a needed one is missing."
  )
  static let deprecated = Rule(
    "deprecated", .warning, "A function or an option that the next major version of the API will not have.")
  static let effectOutsideStep = Rule(
    "effect-outside-step", .error,
    "Something is read or changed outside of a step, perhaps in a function that is called there.")
  static let changeInCheck = Rule("change-in-check", .error, "A step's `check` changes something; it may only read.")
  static let nestedStep = Rule(
    "nested-step", .error, "A step, an approval or a refusal inside a step, its `check` or its `undo`.")
  static let outsideRun = Rule(
    "outside-run", .error, "A function that works only in a run is called while the file is loaded.")
  static let duplicateStep = Rule("duplicate-step", .error, "Two steps with the same name in one scope.")
  static let unfitName = Rule(
    "unfit-name", .error,
    "A name of a step, a scope or an approval that is empty or has control characters; `rollback` at the top of a runbook."
  )
  static let stepNameInLoop = Rule(
    "step-name-in-loop", .error, "A step in a loop whose name is the same in each pass.")
  /// Public, because a run is refused if it finds something.
  package static let setInStep = Rule(
    "set-in-step", .error,
    "A step's function changes a variable that is read outside of it: a resumed run does not carry the step out again.")
  static let unreachableUndo = Rule(
    "unreachable-undo", .warning, "An `undo` with nothing to undo: its step changes nothing, or is never reached.")
  static let unreachableCode = Rule("unreachable-code", .warning, "Statements that are never reached.")
  static let unknownParam = Rule("unknown-param", .error, "A parameter that `params` does not declare.")
  static let unusedParam = Rule("unused-param", .note, "A declared parameter that is never read.")
  static let secretInText = Rule(
    "secret-in-text", .error, "A secret is joined with text, which ends the run.")
  static let secretInLog = Rule(
    "secret-in-log", .warning, "A secret is passed to a function that shows text, where it appears as ‹secret›.")
  static let secretInSource = Rule("secret-in-source", .warning, "A secret is written out in the file.")
  static let globalAssignment = Rule(
    "global-assignment", .warning, "A global gets a value, probably because `local` is missing.")
  static let unusedLocal = Rule("unused-local", .note, "A local variable or function that is never read.")
  static let unknownRule = Rule(
    "unknown-rule", .warning, "A comment that suppresses findings names an unknown rule.")
}
