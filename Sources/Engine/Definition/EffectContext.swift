/// What a primitive knows of the step that it acts for.
public struct EffectContext: Sendable {
  /// The run's ID.
  public var run: String
  /// The step's path.
  public var path: String
  /// The attempt, counted from 1.
  public var attempt: Int
  /// The number of the call among the changing ones of the attempt, counted from 1.
  public var call: Int
  /// Shows and records a line that a command printed on a host. Must not hold a secret.
  public var output: @Sendable (_ line: String, _ host: String?) -> Void
  /// To be called by a changing primitive that found everything as it should be and changed nothing: a step of which
  /// all changing calls say so is reported as "already so".
  public var unchanged: @Sendable () -> Void

  /// Describes a call's surroundings.
  public init(
    run: String, path: String, attempt: Int, call: Int = 1,
    output: @escaping @Sendable (_ line: String, _ host: String?) -> Void = { _, _ in },
    unchanged: @escaping @Sendable () -> Void = {}
  ) {
    self.run = run
    self.path = path
    self.attempt = attempt
    self.call = call
    self.output = output
    self.unchanged = unchanged
  }
}
