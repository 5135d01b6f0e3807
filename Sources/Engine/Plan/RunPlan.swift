import Journal
import Values

/// What a run would do, and what it would be made of.
public struct RunPlan: Sendable, Hashable {
  /// What the runbook is for.
  public var summary: String
  /// The parameters, those that were not given with their defaults.
  public var parameters: [String: Value]
  /// The runbook, the modules that it required, the inventory.
  public var files: [RunFile]
  /// The steps in the order of the runbook.
  public var steps: [PlannedStep]
  /// What the script uses that is deprecated, each with its line, in the order of the alphabet.
  public var warnings: [String]
  /// Where a run may go another way than the plan, decisions by file and line, then findings.
  public var uncertainties: [PlanUncertainty]
}
