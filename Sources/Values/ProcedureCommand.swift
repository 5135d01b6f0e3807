/// A command of the documented procedure, for an operator who follows it or finishes by hand, and where to type it.
package struct ProcedureCommand: Sendable, Hashable, Codable {
  /// The inventory name of the host.
  package var host: String?
  /// The command line. Secrets are written as `‹secret›`.
  package var text: String

  package init(on host: String?, _ text: String) {
    self.host = host
    self.text = text
  }
}

/// A step as a plan foresees it, without carrying it out.
package struct PlannedStep: Sendable, Hashable {
  /// What is foreseen.
  package enum Verdict: Sendable, Hashable {
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
  package var path: String
  /// The inventory name of the host it concerns.
  package var host: String?
  /// The commands of the documented procedure that it represents, in order.
  package var commands: [ProcedureCommand]
  /// What is foreseen.
  package var verdict: Verdict
  /// The line of the runbook.
  package var location: SourceLocation?
  /// What else there is to know.
  package var note: String?

  package init(
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
  package var scope: [String] {
    Array(path.split(separator: "/", omittingEmptySubsequences: false).map(String.init).dropLast())
  }
  /// The last component of the path.
  package var name: String {
    path.split(separator: "/", omittingEmptySubsequences: false).last.map(String.init) ?? path
  }
}

/// What a plan can't know about the path that a run takes.
package enum PlanUncertainty: Sendable, Hashable {
  /// The runbook decides here by a value that is known only after a step; `after` is the path of that step, if it is
  /// one. The plan continues as if the value existed, but equal to nothing, not less than anything, and empty to a
  /// loop.
  case decision(SourceLocation, after: String?)
  /// In this file decisions are not seen.
  case unwatched(file: String)
  /// The run ends with these findings, if it takes the plan's path.
  case findings(Failure)
}
