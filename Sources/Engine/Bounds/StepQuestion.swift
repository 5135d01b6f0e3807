import Values

/// What the operator is asked before a step is carried out.
public struct StepQuestion: Sendable, Hashable {
  /// The step's path.
  public var path: String
  /// The host that it is about.
  public var host: String?
  /// Where it is in the runbook.
  public var location: SourceLocation?
  /// The commands of the documented procedure that it represents, as far as a dry run knows them.
  public var commands: [ProcedureCommand]
}

/// What the operator answers.
public enum StepAnswer: Sendable, Hashable {
  /// This step is carried out; the next one is asked for.
  case carryOut
  /// This one and all that follow are carried out.
  case carryOutRest
  /// The run stops before it.
  case stop
}
