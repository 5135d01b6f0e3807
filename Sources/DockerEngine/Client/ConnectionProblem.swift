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
