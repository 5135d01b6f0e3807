import Values

/// The outcome of a case, or of a file that could not be loaded.
public struct TestOutcome: Sendable {
  /// The file as the user knows it.
  public var file: String
  /// The case's name; `nil` for the file itself.
  public var name: String?
  /// Why it failed; `nil` when it passed.
  public var failure: Failure?
  /// What it printed.
  public var output: [String]
  /// How long it took, in seconds.
  public var seconds: Double

  /// Whether it passed.
  public var holds: Bool { failure == nil }
}
