import Foundation
import Journal

/// What a view of a run knows besides its state.
struct RunView: Sendable {
  /// The run's ID.
  var run: String
  /// The runbook as the user named it.
  var runbook: String
  /// When the present execution began; `nil` when the run is only looked at.
  var executionBegan: Date?
  /// What earlier runs lead to expect.
  var expected = ExpectedTimes()
  /// Whether as much of the commands' output is shown as there is room for.
  var isVerbose = false
  /// Whether the run counts as running, but no process executes it.
  var executorIsGone = false

  /// The status of a step for the reader.
  enum Status: Sendable, Hashable {
    /// Checkpointed, maybe by an earlier execution.
    case done(isEarlier: Bool)
    case running
    case retrying
    case failed
    /// Started without a recorded outcome, and no process executes it.
    case inDoubt
    /// Not finished by an earlier execution; the present one has not reached it yet.
    case pending
  }

  func status(of step: StepState, in state: RunState) -> Status {
    let isOld: Bool =
      if let executionBegan, let began = step.attemptStartedAt { began < executionBegan } else { false }
    let isAlive = state.status == .running && !executorIsGone
    switch step.status {
    case .succeeded: return .done(isEarlier: executionBegan != nil && (isOld || step.isReplayed))
    case _ where isOld && isAlive: return .pending
    case .failed: return .failed
    case .started: return isAlive ? .running : .inDoubt
    // Between two attempts nothing is running, so a stopped run leaves no doubt about it.
    case .retrying: return isAlive ? .retrying : .failed
    }
  }
}
