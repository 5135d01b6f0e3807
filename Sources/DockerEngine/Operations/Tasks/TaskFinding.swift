import Values

/// Why tasks of a service do not run.
public struct TaskFinding: Sendable, Hashable {
  /// The service's name, with the stack's before it.
  public let service: String
  /// The newest task that says so.
  public let taskID: String
  /// The node that it was given; `nil` while there is none.
  public let nodeID: String?
  /// That node's name; `nil` while there is none.
  public let node: String?
  /// How far the task is.
  public let state: SwarmTask.State
  /// The scheduler's or the engine's own words.
  public let words: String
  /// What kind of problem it is.
  public let code: FailureCode
  /// What it means, as one sentence without the service's name.
  public let message: String
  /// What prevents it in particular: per node and constraint, or who holds a port.
  public let reasons: [String]
  /// The last lines that the task wrote.
  public let log: [String]
  /// What to do.
  public let hint: String
  /// Whether it stays so until a person does something.
  public let isLasting: Bool
}
