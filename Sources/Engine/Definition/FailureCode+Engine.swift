import Values

extension FailureCode {
  /// A runbook's file is missing or can't be read.
  package static let runbookMissing: FailureCode = "runbook.missing"
  /// Users other than this one and root could change a Lua file that was to be executed.
  package static let runbookExposed: FailureCode = "runbook.exposed"
  /// A runbook or module is not Lua.
  package static let runbookSyntax: FailureCode = "runbook.syntax"
  /// The file does not return `runbook { … }`, or that table has the wrong form.
  package static let runbookShape: FailureCode = "runbook.shape"
  /// The runbook's own code raised an error.
  package static let runbookRaised: FailureCode = "runbook.raised"
  /// The runbook called `fail`.
  package static let runbookFailed: FailureCode = "runbook.failed"
  /// The runbook computes without end.
  package static let runbookEndless: FailureCode = "runbook.endless"
  /// In a dry run a step calls and waits without end, after it got a value that is not known yet.
  package static let dryRunEndless: FailureCode = "plan.endless"
  /// The runbook needed more memory than it may have.
  package static let runbookMemory: FailureCode = "runbook.memory"
  /// A primitive was called outside a step.
  package static let outsideStep: FailureCode = "runbook.outside_step"
  /// A check called something that changes.
  package static let changeInCheck: FailureCode = "runbook.change_in_check"
  /// A step inside a step.
  package static let nestedStep: FailureCode = "runbook.nested_step"
  /// Two steps with the same path.
  package static let duplicateStep: FailureCode = "runbook.duplicate_step"
  /// A wrong argument of a primitive or built-in.
  package static let argument: FailureCode = "runbook.argument"
  /// Something that plain Lua has but a runbook does not, or a function that does not exist.
  package static let notAvailable: FailureCode = "runbook.not_available"
  /// `require` found no module of that name.
  package static let moduleMissing: FailureCode = "runbook.module_missing"
  /// A parameter that the runbook does not have, or of a wrong type.
  package static let parameter: FailureCode = "runbook.parameter"
  /// The inventory lacks something that the runbook needs.
  package static let inventoryUnfit: FailureCode = "runbook.inventory_unfit"
  /// Something that can't be recorded, such as a function, was returned by a step.
  package static let notData: FailureCode = "runbook.not_data"
  /// Checks found reasons not to begin.
  package static let refused: FailureCode = "runbook.refused"
  /// A run came to its end, and found something that the operator must check.
  package static let findings: FailureCode = "runbook.findings"
  /// The operator rejected it.
  package static let rejected: FailureCode = "runbook.rejected"
  /// An attempt took longer than its `timeout`.
  package static let stepTimeout: FailureCode = "step.timeout"
  /// Several branches of a `parallel` failed.
  package static let branchesFailed: FailureCode = "parallel.failed"
  /// An error that is not a ``Failure`` was thrown: a defect of this program.
  package static let unexpected: FailureCode = "engine.unexpected"
  /// The run is executed by another process.
  package static let runHeld: FailureCode = "run.held"
  /// The run is over; there is nothing to resume.
  package static let runOver: FailureCode = "run.over"
  /// The run was imported from another journal; it can only be read.
  package static let runImported: FailureCode = "run.imported"
}
