import Engine
import Values

/// Ends a test that takes too long, in any state.
struct TimeLimit {
  /// Seconds.
  let seconds: Double

  /// Why a test failed; `nil` when it passed.
  ///
  /// - Throws: `CancellationError` when the caller ended it.
  func run(_ test: TestScript.Case, of script: TestScript) async throws -> Failure? {
    enum Ending: Sendable {
      case over(Failure?)
      case ended, late
    }
    return try await withThrowingTaskGroup(of: Ending.self) { group in
      group.addTask {
        do { return .over(try await script.run(test)) } catch is CancellationError { return .ended }
      }
      group.addTask {
        try? await Task.sleep(for: .bounded(seconds: seconds))
        return .late
      }
      defer { group.cancelAll() }
      switch try await group.next() {
      case .over(let failure)?: return failure
      case .late? where !Task.isCancelled:
        group.cancelAll()
        script.interrupt()
        return Failure(
          "test.too_long", "the test took longer than \(seconds.formatted()) s, and was ended", location: test.location,
          hint: "look for a loop without an end, or give it more time with --time-limit SECONDS")
      default: throw CancellationError()
      }
    }
  }
}
