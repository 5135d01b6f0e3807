/// Names one command of a run on a host, so that a later process of the same run finds it.
///
/// The name is made up before the command starts and is kept in the journal.
public struct JobID: Sendable, Hashable {
  /// The run's ID.
  public let run: String
  /// Letters and digits that nothing else of the run has; safe as a file name.
  public let name: String

  /// Names a command.
  public init(run: String, name: String) {
    self.run = run
    self.name = name
  }
}

extension JobID: CustomStringConvertible {
  /// The ``name``.
  public var description: String { name }
}
