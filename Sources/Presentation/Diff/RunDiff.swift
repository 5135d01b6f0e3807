import Foundation
import Journal
import Values

/// How two runs differ: what they were made of, and the outcomes of their steps.
package struct RunDiff: Sendable {
  /// Something that has a value in each run; `nil` where a run has none.
  struct Pair: Sendable {
    var name: String
    var left: String?
    var right: String?
  }

  /// A file of one or both runs.
  struct FileDifference: Sendable {
    var role: RunFile.Role
    var name: String
    /// The text in each run; `nil` where a run has no such file.
    var left: String?
    var right: String?
  }

  /// A step that both runs have, or one.
  struct StepDifference: Sendable {
    var path: String
    var host: String?
    var left: StepState?
    var right: StepState?
  }

  /// What both runs have done to a host.
  struct HostSum: Sendable {
    var name: String
    var steps: (left: Int, right: Int)
    /// In seconds, all of its steps together.
    var time: (left: TimeInterval, right: TimeInterval)
  }

  let left: RunSummary
  let right: RunSummary
  /// What differs of runbook, stack and state.
  let facts: [Pair]
  /// What differs of the parameters. Secrets are not compared.
  let parameters: [Pair]
  let files: [FileDifference]
  let onlyLeft: [StepState]
  let onlyRight: [StepState]
  /// Steps that ended differently, in the order of the first run.
  let outcomes: [StepDifference]
  /// Steps that took at least twice as long and a second longer.
  let durations: [StepDifference]
  /// The hosts with a different number of steps, or a notably different time.
  let hosts: [HostSum]
  /// What the second run found different from the first before it changed anything.
  let before: [SnapshotComparison.Difference]
  /// What the second run left different from the first.
  let after: [SnapshotComparison.Difference]

  /// Whether both had the same inputs and the same results. Durations do not count.
  package var isSame: Bool {
    facts.isEmpty && parameters.isEmpty && files.isEmpty && onlyLeft.isEmpty && onlyRight.isEmpty && outcomes.isEmpty
      && before.isEmpty && after.isEmpty
  }

  /// Compares two runs. Their records come with files.
  ///
  /// `pictures`: the state of the hosts before and after each.
  package init(_ left: RunSummary, _ right: RunSummary, snapshots: (left: RunSnapshots, right: RunSnapshots)) {
    before = RunSnapshots.differences(snapshots.left.before, snapshots.right.before)
    after = RunSnapshots.differences(snapshots.left.after, snapshots.right.after)
    self.left = left
    self.right = right
    facts = Self.facts(left, right)
    parameters = Self.parameters(left.record, right.record)
    files = Self.files(left.record.files, right.record.files)
    let leftSteps = left.state.steps, rightSteps = right.state.steps
    onlyLeft = leftSteps.filter { right.state.step(at: $0.path) == nil }
    onlyRight = rightSteps.filter { left.state.step(at: $0.path) == nil }
    let both = leftSteps.compactMap { step in
      right.state.step(at: step.path).map {
        StepDifference(path: step.path, host: step.host ?? $0.host, left: step, right: $0)
      }
    }
    outcomes = both.filter { Self.ending($0.left) != Self.ending($0.right) }
    durations = both.filter { Self.isNotable($0.left?.duration, $0.right?.duration) }
    hosts = Self.hosts(leftSteps, rightSteps)
  }

  /// The outcome of a step, in words.
  static func ending(_ step: StepState?) -> String {
    guard let step else { return "" }
    switch step.status {
    case .started: return "no known outcome"
    case .retrying: return "being tried again"
    case .failed: return "failed" + (step.failure.map { ": \($0.message)" } ?? "")
    case .succeeded:
      switch step.outcome {
      case .alreadySo: return "already so"
      case .read: return "read"
      case .resolved: return "settled by an operator"
      case .reused: return "result of an earlier run"
      case .executed, nil: return "done"
      }
    }
  }

  private static func facts(_ left: RunSummary, _ right: RunSummary) -> [Pair] {
    [
      Pair(name: "runbook", left: left.record.runbook, right: right.record.runbook),
      Pair(name: "stack", left: left.state.stack, right: right.state.stack),
      Pair(name: "state", left: left.status.shortState, right: right.status.shortState),
      Pair(name: "failure", left: left.state.failure?.message, right: right.state.failure?.message),
    ].filter { $0.left != $0.right }
  }

  private static func parameters(_ left: RunRecord, _ right: RunRecord) -> [Pair] {
    Set(left.parameters.keys).union(right.parameters.keys).sorted().compactMap { name in
      let values = (left.parameters[name], right.parameters[name])
      if case (.secret, .secret) = values { return nil }
      guard values.0 != values.1 else { return nil }
      return Pair(name: name, left: values.0.map(text), right: values.1.map(text))
    }
  }

  private static func text(_ value: Value) -> String {
    if case .secret = value { return Secret.placeholder }
    return value.stringValue ?? JSONText(value).line
  }

  /// The runbook and the inventory are compared whatever their paths are, modules by their names.
  private static func files(_ left: [RunFile], _ right: [RunFile]) -> [FileDifference] {
    func key(_ file: RunFile) -> String { file.role == .module ? "module \(file.name)" : file.role.rawValue }
    let rightByKey = Dictionary(right.map { (key($0), $0) }, uniquingKeysWith: { first, _ in first })
    let leftKeys = Set(left.map(key))
    let changed = left.compactMap { file -> FileDifference? in
      let other = rightByKey[key(file)]
      if other?.text == file.text { return nil }
      return FileDifference(role: file.role, name: file.name, left: file.text, right: other?.text)
    }
    return changed
      + right.filter { !leftKeys.contains(key($0)) }.map {
        FileDifference(role: $0.role, name: $0.name, left: nil, right: $0.text)
      }
  }

  private static func isNotable(_ left: TimeInterval?, _ right: TimeInterval?) -> Bool {
    guard let left, let right else { return false }
    return abs(left - right) >= 1 && max(left, right) >= 2 * min(left, right)
  }

  private static func hosts(_ left: [StepState], _ right: [StepState]) -> [HostSum] {
    func sums(_ steps: [StepState]) -> [String: (count: Int, time: TimeInterval)] {
      var sums: [String: (count: Int, time: TimeInterval)] = [:]
      for step in steps {
        guard let host = step.host else { continue }
        let sum = sums[host] ?? (0, 0)
        sums[host] = (sum.count + 1, sum.time + (step.duration ?? 0))
      }
      return sums
    }
    let (a, b) = (sums(left), sums(right))
    return Set(a.keys).union(b.keys).sorted().compactMap { name in
      let (l, r) = (a[name] ?? (0, 0), b[name] ?? (0, 0))
      guard l.count != r.count || isNotable(l.time, r.time) else { return nil }
      return HostSum(name: name, steps: (l.count, r.count), time: (l.time, r.time))
    }
  }
}

extension StatusText {
  /// Its status, without its origin.
  var shortState: String {
    var plain = self
    plain.isImported = false
    return plain.shortWords
  }
}

/// The state of the hosts before a run, and after it; `nil` where it was not read, as with a run that changes nothing.
package struct RunSnapshots: Sendable {
  let before: SwarmSnapshot?
  let after: SwarmSnapshot?

  /// What was recorded in a run's events.
  package init(of events: [Event]) {
    before = events.snapshot(.before)
    after = events.snapshot(.after)
  }

  /// What is different in the second; nothing when one of the two is not known.
  static func differences(_ left: SwarmSnapshot?, _ right: SwarmSnapshot?) -> [SnapshotComparison.Difference] {
    guard let left, let right else { return [] }
    return SnapshotComparison(left, right).differences
  }
}
