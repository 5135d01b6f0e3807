import Foundation
import Journal

/// How many steps below a place of the tree have which status.
struct StepTally: Sendable {
  var done = 0
  var running = 0
  var retrying = 0
  var failed = 0
  var inDoubt = 0
  var pending = 0
  /// Of the done: those of earlier executions.
  var earlier = 0
  /// The span of what happened in this execution.
  var began: Date?
  var ended: Date?
  /// Whether a step ended a moment ago, so that the next one of the same branch may be about to begin.
  var isSettling = false

  var total: Int { done + running + retrying + failed + inDoubt + pending }
  var isActive: Bool { running + retrying > 0 }
  var isAllDone: Bool { done == total && !isSettling }

  mutating func count(_ step: StepState, _ state: RunState, _ view: RunView, _ now: Date) {
    switch view.status(of: step, in: state) {
    case .done(let isEarlier):
      done += 1
      if isEarlier {
        earlier += 1
        return
      }
      if state.status == .running, let ended = step.endedAt, now.timeIntervalSince(ended) < 0.3 { isSettling = true }
    case .running: running += 1
    case .retrying: retrying += 1
    case .failed: failed += 1
    case .inDoubt:
      inDoubt += 1
      return
    case .pending:
      pending += 1
      return
    }
    began = [began, step.startedAt].compactMap { $0 }.min()
    ended = [ended, step.endedAt].compactMap { $0 }.max()
  }

  mutating func add(_ other: StepTally) {
    done += other.done
    running += other.running
    retrying += other.retrying
    failed += other.failed
    inDoubt += other.inDoubt
    pending += other.pending
    earlier += other.earlier
    began = [began, other.began].compactMap { $0 }.min()
    ended = [ended, other.ended].compactMap { $0 }.max()
    isSettling = isSettling || other.isSettling
  }

  /// How long it took, or takes so far.
  func duration(at now: Date) -> TimeInterval? {
    guard let began else { return nil }
    return (isActive ? now : ended ?? now).timeIntervalSince(began)
  }

  /// `1 failed · 2 running · 14 done`; what matters most first.
  func words(_ style: Style) -> Line {
    let parts: [(Int, String, Tone)] = [
      (failed, "failed", .bad), (inDoubt, "in doubt", .bad), (retrying, "retrying", .warning),
      (running, "running", .busy), (pending, "not finished before", .faint), (done, "done", .good),
    ]
    var line = Line()
    for (count, words, tone) in parts where count > 0 {
      if line.width > 0 { line.append(Symbols(style).separator, .faint) }
      line.append("\(count) \(words)", tone)
    }
    return line
  }
}
