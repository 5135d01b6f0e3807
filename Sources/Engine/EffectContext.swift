/// What a primitive knows of the step that it acts for.
public struct EffectContext: Sendable {
  /// The run's ID.
  public var run: String
  /// The step's path.
  public var path: String
  /// The attempt, counted from 1.
  public var attempt: Int
  /// Shows and records a line that a command printed on a host. Must not hold a secret.
  public var output: @Sendable (_ line: String, _ host: String?) -> Void

  /// Describes a call's surroundings.
  public init(
    run: String, path: String, attempt: Int, output: @escaping @Sendable (_ line: String, _ host: String?) -> Void
  ) {
    self.run = run
    self.path = path
    self.attempt = attempt
    self.output = output
  }
}
