import Journal
import Values

/// What a run would do, and its inputs.
public struct RunPlan: Sendable, Hashable {
  /// What the runbook is for.
  public var summary: String
  /// The parameters, those that were not given with their defaults.
  public var parameters: [String: Value]
  /// The runbook, the modules that it required, the inventory.
  public var files: [RunFile]
  /// The steps in the order of the runbook.
  public var steps: [PlannedStep]
  /// The deprecated names that the script uses, each with its line, in alphabetical order.
  public var warnings: [String]
  /// Where a run may take a different path than the plan: decisions by file and line, then findings.
  public var uncertainties: [PlanUncertainty]
}
