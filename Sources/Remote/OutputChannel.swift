/// Which of a command's two outputs a line came from.
public enum OutputChannel: String, Sendable, Hashable {
  /// The standard output.
  case stdout
  /// The standard error.
  case stderr
}
