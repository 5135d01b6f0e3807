import Foundation
import Journal
import Values

/// What becomes of a step whose attempt failed, or of which it is not known whether it was carried out.
extension LiveDriver {
  /// Decides what a failed attempt means: throws, or returns for another attempt; true when a person said that the
  /// step is done.
  func settle(
    _ failure: Failure, _ request: StepRequest, _ frame: StepFrame, _ done: Int, _ elapsed: Double
  ) async throws -> Bool {
    let isRepeatable = request.options.isIdempotent || frame.calls.isIdempotent || request.check != nil
    if failure.leavesDoubt && frame.calls.reattaches && failure.isRetryable {
      // The host is out of reach, and what it does goes on there: a resume finds it.
      try await recorder.record(
        recorder.event(
          .stepFailed, path: frame.path, attempt: frame.attempt, host: frame.host, ["failure": failure.value]))
      throw failure
    }
    if failure.leavesDoubt && !isRepeatable {
      return try await askPerson(
        request, attempt: frame.attempt,
        "\(failure.message.trimmingCharacters(in: ["."])), so it is not known whether the step was carried out")
    }
    let policy = request.options.retry ?? (isRepeatable ? .standard : RetryPolicy(attempts: 1))
    let pause = policy.pause(after: done, random: Double.random(in: 0..<1))
    let isTriedAgain =
      done < policy.attempts && elapsed + pause <= policy.total && policy.covers(failure) && !stop.isRaised
      && !request.scope.isHalted
    guard isTriedAgain else {
      try await recorder.record(
        recorder.event(
          .stepFailed, path: frame.path, attempt: frame.attempt, host: frame.host, ["failure": failure.value]))
      throw failure
    }
    try await recorder.record(
      recorder.event(
        .attemptFailed, path: frame.path, attempt: frame.attempt, host: frame.host,
        [
          "failure": failure.value, "retry_after": .number(pause), "attempts": .integer(Int64(policy.attempts)),
        ]))
    try await clock.sleep(seconds: pause, unless: stop)
    return false
  }

  /// Has a person say what became of the step: true when it is done, false when it is to be carried out. Throws
  /// ``PersonNeeded`` when nobody is there.
  func askPerson(_ request: StepRequest, attempt: Int, _ message: String) async throws -> Bool {
    guard let answer = try await approver.settle(request.path, message) else {
      try await recorder.record(
        recorder.event(
          .runWaiting, path: request.path, attempt: attempt, host: request.host,
          ["reason": "in_doubt", "message": .string(message)]))
      throw PersonNeeded(reason: "in_doubt", path: request.path, message: message)
    }
    let event = StepResolution(path: request.path, attempt: attempt, host: request.host, answer: answer)
      .event(at: clock.now(), by: approver.user, how: "terminal")
    try await recorder.record(event)
    if answer == .fail { throw StepResolution.failure(request.path) }
    return answer == .done
  }
}
