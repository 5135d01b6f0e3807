/// A command of the documented procedure, for an operator who follows it or finishes by hand, and where to type it.
public struct ProcedureCommand: Sendable, Hashable, Codable {
  /// The inventory name of the host.
  public var host: String?
  /// The command line. Secrets are written as `‹secret›`.
  public var text: String

  /// Names a command.
  public init(on host: String?, _ text: String) {
    self.host = host
    self.text = text
  }
}

/// A step as a plan foresees it, without carrying it out.
public struct PlannedStep: Sendable, Hashable {
  /// What is foreseen.
  public enum Verdict: Sendable, Hashable {
    /// It changes something.
    case change
    /// Its goal holds already; it would do nothing.
    case alreadySo
    /// It reads and changes nothing.
    case reads
    /// It depends on the result of that earlier step.
    case unknown(after: String)
  }

  /// The step's path, for example `workers/da2/join the swarm`.
  public var path: String
  /// The inventory name of the host it concerns.
  public var host: String?
  /// The commands of the documented procedure that it represents, in order.
  public var commands: [ProcedureCommand]
  /// What is foreseen.
  public var verdict: Verdict
  /// The line of the runbook.
  public var location: SourceLocation?
  /// What else there is to know.
  public var note: String?

  /// Describes a step.
  public init(
    path: String, host: String? = nil, commands: [ProcedureCommand] = [], verdict: Verdict,
    location: SourceLocation? = nil, note: String? = nil
  ) {
    self.path = path
    self.host = host
    self.commands = commands
    self.verdict = verdict
    self.location = location
    self.note = note
  }

  /// The components of the path before the name, outermost first.
  public var scope: [String] {
    Array(path.split(separator: "/", omittingEmptySubsequences: false).map(String.init).dropLast())
  }
  /// The last component of the path.
  public var name: String {
    path.split(separator: "/", omittingEmptySubsequences: false).last.map(String.init) ?? path
  }
}

/// What a plan can't know about the path that a run takes.
public enum PlanUncertainty: Sendable, Hashable {
  /// The runbook decides here by a value that is known only after a step; `after` is the path of that step, if it is
  /// one. The plan continues as if the value existed, but equal to nothing, not less than anything, and empty to a
  /// loop.
  case decision(SourceLocation, after: String?)
  /// In this file decisions are not seen.
  case unwatched(file: String)
  /// The run ends with these findings, if it takes the plan's path.
  case findings(Failure)
}
