import Values

/// How the command behind a ``CommandStream`` ended.
public struct CommandTermination: Sendable {
  /// The exit code.
  public var status: Int32
  /// The end of what it wrote to its standard error; at most 64 KB.
  public var stderr: [UInt8]
  /// What went wrong, when it was the connection or `sudo` and not the command itself.
  public var failure: Failure?

  /// Describes an end.
  public init(status: Int32, stderr: [UInt8] = [], failure: Failure? = nil) {
    self.status = status
    self.stderr = stderr
    self.failure = failure
  }

  /// The standard error as text, without white space at its ends.
  public var errorText: String { CommandResult.trimmedText(stderr) }
}
