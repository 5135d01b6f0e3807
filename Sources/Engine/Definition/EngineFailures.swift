import Values

extension FailureCode {
  /// A runbook's file is missing or can't be read.
  public static let runbookMissing: FailureCode = "runbook.missing"
  /// Users other than this one and root could change a Lua file that was to be executed.
  public static let runbookExposed: FailureCode = "runbook.exposed"
  /// A runbook or module is not Lua.
  public static let runbookSyntax: FailureCode = "runbook.syntax"
  /// The file does not return `runbook { … }`, or that table has the wrong form.
  public static let runbookShape: FailureCode = "runbook.shape"
  /// The runbook's own code raised an error.
  public static let runbookRaised: FailureCode = "runbook.raised"
  /// The runbook called `fail`.
  public static let runbookFailed: FailureCode = "runbook.failed"
  /// The runbook computes without end.
  public static let runbookEndless: FailureCode = "runbook.endless"
  /// In a dry run a step calls and waits without end, after it got a value that is not known yet.
  public static let dryRunEndless: FailureCode = "plan.endless"
  /// The runbook needed more memory than it may have.
  public static let runbookMemory: FailureCode = "runbook.memory"
  /// A primitive was called outside a step.
  public static let outsideStep: FailureCode = "runbook.outside_step"
  /// A check called something that changes.
  public static let changeInCheck: FailureCode = "runbook.change_in_check"
  /// A step inside a step.
  public static let nestedStep: FailureCode = "runbook.nested_step"
  /// Two steps with the same path.
  public static let duplicateStep: FailureCode = "runbook.duplicate_step"
  /// A wrong argument of a primitive or built-in.
  public static let argument: FailureCode = "runbook.argument"
  /// Something that plain Lua has but a runbook does not, or a function that does not exist.
  public static let notAvailable: FailureCode = "runbook.not_available"
  /// `require` found no module of that name.
  public static let moduleMissing: FailureCode = "runbook.module_missing"
  /// A parameter that the runbook does not have, or of a wrong type.
  public static let parameter: FailureCode = "runbook.parameter"
  /// The inventory lacks something that the runbook needs.
  public static let inventoryUnfit: FailureCode = "runbook.inventory_unfit"
  /// Something that can't be recorded, such as a function, was returned by a step.
  public static let notData: FailureCode = "runbook.not_data"
  /// Checks found reasons not to begin.
  public static let refused: FailureCode = "runbook.refused"
  /// A run came to its end, and found something that the operator must check.
  public static let findings: FailureCode = "runbook.findings"
  /// The operator rejected it.
  public static let rejected: FailureCode = "runbook.rejected"
  /// An attempt took longer than its `timeout`.
  public static let stepTimeout: FailureCode = "step.timeout"
  /// Several branches of a `parallel` failed.
  public static let branchesFailed: FailureCode = "parallel.failed"
  /// An error that is not a ``Failure`` was thrown: a defect of this program.
  public static let unexpected: FailureCode = "engine.unexpected"
  /// The run is executed by another process.
  public static let runHeld: FailureCode = "run.held"
  /// The run is over; there is nothing to resume.
  public static let runOver: FailureCode = "run.over"
  /// The run was imported from another journal; it can only be read.
  public static let runImported: FailureCode = "run.imported"
}
