/// Names one call of a command in one attempt at a step of a run, so that a later process of the same run finds it.
///
/// It is made of the parts alone: the same parts give the same ID in every process and every release.
public struct JobID: Sendable, Hashable {
  /// The run's ID.
  public let run: String
  /// 32 hexadecimal digits that stand for all the parts; safe as a file name, whatever the step path holds.
  public let name: String

  /// Names a call.
  ///
  /// - Parameters:
  ///   - run: The run's ID.
  ///   - path: The step path.
  ///   - attempt: Which try of the step.
  ///   - call: Which of the remote commands of that attempt, counted in the order of the script.
  public init(run: String, path: String, attempt: Int, call: Int) {
    self.run = run
    name = JobFingerprint.of([run, path, "\(attempt)", "\(call)"])
  }
}

extension JobID: CustomStringConvertible {
  /// The digits of ``name``.
  public var description: String { name }
}
