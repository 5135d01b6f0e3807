import Foundation
import Journal

/// How long the steps of a run took in earlier runs of the same runbook: what to expect of the next one.
package struct ExpectedTimes: Sendable, Hashable {
  /// For each step path the median of its durations, in seconds, first attempt to outcome.
  private var steps: [String: TimeInterval] = [:]
  /// The median of how long whole runs took, in seconds; `nil` where none is known.
  package private(set) var total: TimeInterval?

  /// Nothing is known.
  package init() {}

  /// Learns from earlier runs, each given by its events folded. Only what a run did itself and in one go counts: steps
  /// that were done, in runs that succeeded in their first execution.
  package init(from runs: [RunState]) {
    var durations: [String: [TimeInterval]] = [:]
    var totals: [TimeInterval] = []
    for run in runs where run.status == .succeeded && run.executions == 1 {
      for step in run.steps {
        guard let duration = step.duration, step.status == .succeeded else { continue }
        durations[step.path, default: []].append(duration)
      }
      if let began = run.startedAt, let ended = run.finishedAt { totals.append(ended.timeIntervalSince(began)) }
    }
    steps = durations.compactMapValues(Self.median)
    total = Self.median(totals)
  }

  /// How long a step takes, as far as is known.
  package func duration(of path: String) -> TimeInterval? { steps[path] }

  /// Whether a step that has run for so long takes longer than it should: twice as long, and some seconds at least.
  func isLate(_ path: String, after seconds: TimeInterval) -> Bool {
    guard let expected = steps[path] else { return false }
    return seconds > 2 * expected && seconds > expected + 5
  }

  /// How much of the expected work is done, from 0 to 1; `nil` where nothing is expected. Each step weighs as much as it
  /// took in earlier runs, so a bar moves evenly; a running one counts by how much of its time has passed.
  func progress(of state: RunState, at now: Date) -> Double? {
    guard !steps.isEmpty else { return nil }
    let all = Set(steps.keys).union(state.steps.map(\.path))
    let whole = all.reduce(0) { $0 + weight($1) }
    let done = state.steps.reduce(0.0) { sum, step in
      switch step.status {
      case .succeeded: return sum + weight(step.path)
      case .started:
        guard let began = step.attemptStartedAt ?? step.startedAt else { return sum }
        // Never the whole: it is not done before that is recorded.
        return sum + min(0.9 * weight(step.path), max(0, now.timeIntervalSince(began)))
      case .failed, .retrying: return sum
      }
    }
    return whole > 0 ? min(1, done / whole) : nil
  }

  /// How much longer a run may take, in seconds.
  func remaining(of state: RunState, at now: Date) -> TimeInterval? {
    guard let total, let progress = progress(of: state, at: now) else { return nil }
    return total * (1 - progress)
  }

  private func weight(_ path: String) -> TimeInterval { max(0.1, steps[path] ?? 0.1) }

  private static func median(_ values: [TimeInterval]) -> TimeInterval? {
    let sorted = values.sorted()
    guard let middle = sorted.indices.dropFirst(sorted.count / 2).first else { return nil }
    return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  }
}

/// A bar that shows how much is done.
struct ProgressBar {
  /// From 0 to 1.
  let progress: Double
  let style: Style

  /// The bar and the number, in at most this many columns; `nil` where there is no room for a bar.
  func line(columns: Int) -> Line? {
    let percent = "\(Int((min(1, max(0, progress)) * 100).rounded(.down)))%"
    let width = min(30, columns - percent.count - 3)
    guard width >= 5 else { return nil }
    let full = Int((Double(width) * min(1, max(0, progress))).rounded(.down))
    let symbols = Symbols(style)
    var line = Line(String(repeating: symbols.barDone, count: full), .good)
    line.append(String(repeating: symbols.barOpen, count: width - full), .faint)
    line.append(" " + percent, .faint)
    return line
  }
}
