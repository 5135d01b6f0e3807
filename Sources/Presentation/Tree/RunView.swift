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

/// The first lines of a view: which run, of what, its status, how far it is.
struct RunHeader {
  let state: RunState
  let view: RunView
  let tally: StepTally
  let now: Date
  let style: Style

  func lines(columns: Int) -> [Line] {
    var title = Line(view.runbook, .strong)
    title.append("  " + view.run, .busy)
    title.append("  ")
    let status = StatusText(state)
    title.append(status.words, status.tone)
    if status.isSimulated { title.append(", simulated", .warning) }
    if let began = view.executionBegan ?? state.startedAt {
      title.append("  " + DurationText.of((state.finishedAt ?? now).timeIntervalSince(began)), .faint)
      if isMoving, let total = view.expected.total { title.append(" of about \(DurationText.of(total))", .faint) }
    }
    if let pause = state.pause, status.pause != nil {
      title.append("  requested by \(pause.by); to continue: runbook unpause \(view.run)", .faint)
    } else if state.status == .running, let phase = state.phase {
      title.append("    " + phase, .faint)
    } else if let summary = state.summary, title.width + 4 < columns {
      title.append("    " + summary, .faint)
    }
    let counts = tally.words(style)
    // Always two lines from the first step on, so that nothing jumps.
    return counts.width == 0 ? [title] : [title, progress(counts, columns: columns)]
  }

  private var isMoving: Bool { state.status == .running && !state.isRollingBack && !view.executorIsGone }

  /// The bar before the counts, where there is room for both.
  private func progress(_ counts: Line, columns: Int) -> Line {
    guard isMoving, let progress = view.expected.progress(of: state, at: now),
      var line = ProgressBar(progress: progress, style: style).line(columns: columns - counts.width - 18)
    else { return counts }
    if let left = view.expected.remaining(of: state, at: now) {
      line.append(", about \(DurationText.countdown(left)) left", .faint)
    }
    line.append("  ")
    line.append(counts)
    return line.width > columns ? counts : line
  }
}
