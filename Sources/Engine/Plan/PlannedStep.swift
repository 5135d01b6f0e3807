import Values

/// What a step would do, found out without doing it.
public struct PlannedStep: Sendable, Hashable {
  /// What is foreseen.
  public enum Verdict: Sendable, Hashable {
    /// It would change something.
    case change
    /// Its check holds already; it would do nothing.
    case alreadySo
    /// It only reads.
    case reads
    /// It depends on what an earlier step will have done.
    case unknown(after: String)
  }
  /// The step's path.
  public var path: String
  /// The host that it is about.
  public var host: String?
  /// The commands of the documented procedure that it stands for, in order.
  public var commands: [ProcedureCommand]
  /// What is foreseen.
  public var verdict: Verdict
  /// Where it stands in the runbook.
  public var place: SourcePlace?

  /// Describes a foreseen step.
  public init(path: String, host: String?, commands: [ProcedureCommand], verdict: Verdict, place: SourcePlace?) {
    self.path = path
    self.host = host
    self.commands = commands
    self.verdict = verdict
    self.place = place
  }
}
