/// A step as a plan expects it.
public struct PlannedStep: Sendable, Hashable {
  /// The step's path, for example `workers/da2/join the swarm`.
  public var path: String
  /// The inventory name of the host it concerns.
  public var host: String?
  /// The commands of the documented procedure that it stands for, in order.
  public var commands: [PlannedCommand]
  /// What it would do.
  public var verdict: PlannedVerdict
  /// What else there is to know.
  public var note: String?

  /// Describes a step.
  public init(
    path: String, host: String? = nil, commands: [PlannedCommand] = [], verdict: PlannedVerdict, note: String? = nil
  ) {
    self.path = path
    self.host = host
    self.commands = commands
    self.verdict = verdict
    self.note = note
  }

  /// The components of the path before the name, outermost first.
  var scope: [String] {
    Array(path.split(separator: "/", omittingEmptySubsequences: false).map(String.init).dropLast())
  }
  /// The last component of the path.
  var name: String { path.split(separator: "/", omittingEmptySubsequences: false).last.map(String.init) ?? path }
}

/// A command line of the documented procedure, and where to type it. Secrets stand as `‹secret›`.
public struct PlannedCommand: Sendable, Hashable {
  /// The inventory name of the host.
  public var host: String?
  /// The command line.
  public var text: String

  /// Names a command.
  public init(host: String?, _ text: String) {
    self.host = host
    self.text = text
  }
}

/// What a planned step would do.
public enum PlannedVerdict: Sendable, Hashable {
  /// It changes something.
  case change
  /// What it is for holds already; it would do nothing.
  case alreadySo
  /// It reads and changes nothing.
  case reads
  /// It depends on what that earlier step brings.
  case unknown(after: String)
}
