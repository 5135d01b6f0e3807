import Values

/// What is known of the words of Docker: the engine's, the scheduler's and those of the `docker` command.
public enum DockerWords {
  /// What the words mean and what to do, as one sentence for a hint; `nil` where they are not known.
  public static func explanation(of words: String) -> String? {
    guard let failure = failure(for: words) else { return nil }
    return failure.hint.map { "\(failure.message): \($0)" } ?? failure.message
  }

  /// The failure that the words mean, with them as its cause; `nil` where they are not known.
  public static func failure(for words: String) -> Failure? {
    if let known = KnownProblem.recogniseCLI(words) ?? KnownProblem.recognise(words) {
      return known.failure(cause: words)
    }
    return TaskProblem.recognise(words).map { Failure($0.code, $0.message, cause: words, hint: $0.hint) }
  }
}
