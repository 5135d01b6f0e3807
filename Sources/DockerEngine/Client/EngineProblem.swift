import Values

/// Makes a failure from an error that the engine answered with.
enum EngineProblem {
  static func failure(for answer: EngineResponse, to request: EngineRequest) -> Failure {
    var words =
      (try? answer.json())?["message"]?.stringValue ?? String(decoding: answer.body.prefix(500), as: UTF8.self)
    while words.last?.isWhitespace == true { words.removeLast() }
    // The engine does not quote what it was sent; this makes sure that an engine which does can't give it away.
    for secret in request.secrets where !secret.reveal().isEmpty {
      words = words.replacing(secret.reveal(), with: Secret.placeholder)
    }
    return failure(
      status: answer.status, words: words, doing: "\(request.method.rawValue) \(request.target(under: nil))")
  }

  /// The failure for a status and the engine's own words.
  static func failure(status: Int, words: String, doing what: String) -> Failure {
    if let known = KnownProblem.recognise(words, of: .engine) { return known.failure(cause: words) }
    let cause = words.isEmpty ? "status \(status)" : words
    switch status {
    case 400:
      return Failure(.engineBadRequest, "the Docker engine rejected \(what) as invalid", cause: cause)
    case 401, 403:
      return Failure(.enginePermissionDenied, "the Docker engine does not allow \(what)", cause: cause)
    case 404:
      return Failure(.engineNotFound, "what was named does not exist on this engine", cause: cause)
    case 409:
      return Failure(.engineConflict, "the Docker engine has something that conflicts with \(what)", cause: cause)
    case 502, 503, 504:
      return Failure(.engineError, "the Docker engine can't do \(what) now", cause: cause, isRetryable: true)
    default:
      return Failure(.engineError, "the Docker engine failed at \(what) with status \(status)", cause: cause)
    }
  }
}

/// What can happen to a connection during an exchange, before it is shown to a person.
enum ConnectionProblem: Error, Hashable {
  /// The connection was closed before the request could be written: nothing has happened.
  case notWritten
  /// It ended before the answer was complete.
  case lost
  /// No complete answer in the time given.
  case timedOut(Duration)
  /// What came is not HTTP.
  case malformed(String)
  /// The answer is larger than any that we expect.
  case tooLarge
}

/// What is known of the words of Docker: the engine's, the scheduler's and those of the `docker` command.
package enum DockerWords {
  /// What the words mean and what to do, as one sentence for a hint; `nil` where they are not known.
  package static func explanation(of words: String) -> String? {
    guard let failure = failure(for: words) else { return nil }
    return failure.hint.map { "\(failure.message): \($0)" } ?? failure.message
  }

  /// The failure that the words mean, with them as its cause; `nil` where they are not known.
  package static func failure(for words: String) -> Failure? {
    for speaker in [KnownProblem.Speaker.client, .engine, .task] {
      if let known = KnownProblem.recognise(words, of: speaker) { return known.failure(cause: words) }
    }
    return nil
  }
}
