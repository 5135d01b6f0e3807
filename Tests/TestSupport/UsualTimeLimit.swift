import Foundation
import Testing

extension Trait where Self == TimeLimitTrait {
  /// So long a test may take before it counts as hanging, far beyond what any takes on a busy machine: 15 minutes, or as
  /// many as `RUNBOOK_TEST_MINUTES` says, for those who make a test larger.
  package static var usualTimeLimit: Self {
    .timeLimit(.minutes(ProcessInfo.processInfo.environment["RUNBOOK_TEST_MINUTES"].flatMap { Int($0) } ?? 15))
  }

  /// So long a test may take that raises machines of its own: an hour.
  package static var labTimeLimit: Self { .timeLimit(.minutes(60)) }
}
