/// Which of a command's two outputs a line came from.
public enum OutputChannel: String, Sendable, Hashable {
  /// The standard output.
  case stdout
  /// The standard error.
  case stderr
}

/// Told each line of a command's output as soon as it is complete, without its line end.
///
/// It is called by one task per channel, in the order of the lines, so it must be quick.
public typealias OutputHandler = @Sendable (_ channel: OutputChannel, _ line: String) -> Void
