import Foundation
import Journal

extension StepState {
  /// From the first attempt of its latest execution to its end, in seconds; `nil` before that.
  var duration: TimeInterval? {
    guard let startedAt, let endedAt else { return nil }
    return endedAt.timeIntervalSince(startedAt)
  }
}
