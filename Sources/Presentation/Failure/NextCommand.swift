/// A command that the operator may type next.
public struct NextCommand: Sendable, Hashable {
  /// The command line, for example `runbook resume k3f9x2`.
  public var command: String
  /// What it does, in a few words.
  public var purpose: String

  /// Names a command.
  public init(_ command: String, _ purpose: String) {
    self.command = command
    self.purpose = purpose
  }
}
