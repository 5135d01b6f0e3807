import Foundation
import Journal
import Presentation
import Values

/// The steps in order, each with its attempts, commands and whole output.
struct StepRows {
  /// When the present execution began; `nil` when none is running.
  let atWorkSince: Date?
  private let steps: [StepState]
  private let attempts: [String: [FailedAttempt]]
  private let outputs: [String: [String]]
  private let moment: MomentText

  /// - Parameter newestOutput: whether to keep only the newest lines of each step's output.
  init(
    state: RunState, events: [Event], moment: MomentText, newestOutput: Bool = false, atWorkSince: Date? = nil
  ) {
    steps = state.steps
    attempts = Self.failedAttempts(events)
    outputs = newestOutput ? Self.newestOutputs(state.steps) : Self.outputs(events)
    self.moment = moment
    self.atWorkSince = atWorkSince
  }

  /// The steps by scope.
  var members: [[String: Any]] {
    Self.groups(steps).map { group in
      [
        "scope": group[0].scope.isEmpty
          ? "the runbook itself" : PlainText.line(group[0].scope.joined(separator: " / ")),
        "steps": group.map { members(of: $0) },
      ]
    }
  }

  /// The steps of each scope together, in the order in which the scopes appeared; those of no scope where they came
  /// between scopes.
  private static func groups(_ steps: [StepState]) -> [[StepState]] {
    var groups: [[StepState]] = [], locations: [[String]: Int] = [:]
    for step in steps {
      let location =
        step.scope.isEmpty
        ? groups.indices.last.flatMap { groups[$0][0].scope.isEmpty ? $0 : nil } : locations[step.scope]
      if let location {
        groups[location].append(step)
      } else {
        locations[step.scope] = groups.count
        groups.append([step])
      }
    }
    return groups
  }

  /// One step. `now` is the moment at which a running step is shown.
  func members(of step: StepState, now: Date? = nil) -> [String: Any] {
    let failures = attempts[step.path] ?? [], output = outputs[step.path]
    var members: [String: Any] = [
      "name": PlainText.line(step.name), "host": step.host ?? "", "attempt": step.attempt,
      "key": step.path, "hasHost": step.host != nil, "isRetried": step.attempt > 1,
      "start": step.startedAt.map { moment.clock($0) } ?? "",
    ]
    if let began = step.startedAt, let ended = step.endedAt {
      members["took"] = DurationText.of(ended.timeIntervalSince(began))
    } else if isAtWork(step), let now, let began = step.startedAt {
      members["seconds"] = String(format: "%.0f", max(0, now.timeIntervalSince(began)))
    }
    let (sign, words) = status(step)
    members["sign"] = sign
    members["state"] = words
    let isCarriedOut = step.outcome != .alreadySo
    members["commands"] = isCarriedOut ? step.commands.map { Self.command($0, of: step) } : []
    members["failures"] = failures.map { attempt -> [String: Any] in
      ["attempt": attempt.number, "at": moment.clock(attempt.at), "words": attempt.words]
    }
    members["hasDetails"] = !step.commands.isEmpty || !failures.isEmpty || output != nil
    if let output {
      members["output"] = ["count": Self.counted(output.count), "text": output.joined(separator: "\n")]
    }
    return members
  }

  private static func counted(_ count: Int) -> String { count == 1 ? "1 line" : "\(count) lines" }

  /// Whether the present execution has begun it and not ended it.
  private func isAtWork(_ step: StepState) -> Bool {
    guard let atWorkSince, step.status == .started || step.status == .retrying else { return false }
    return step.attemptStartedAt.map { $0 >= atWorkSince } ?? false
  }

  private func status(_ step: StepState) -> (sign: String, words: String) {
    let isAtWork = isAtWork(step)
    return switch step.status {
    case .started: isAtWork ? ("running", "running") : ("open", "no outcome recorded")
    case .retrying:
      ("failed", isAtWork ? "failed, is retried" : "failed, retry pending")
    case .failed: ("failed", "failed")
    case .succeeded:
      switch step.outcome {
      case .alreadySo: ("already", "already so")
      case .read: ("read", "only read")
      case .resolved: ("settled", "settled by an operator")
      case .reused: ("read", "result of an earlier run")
      case .executed, nil: ("changed", "done")
      }
    }
  }

  private static func command(_ command: ProcedureCommand, of step: StepState) -> [String: Any] {
    let isElsewhere = command.host != nil && command.host != step.host
    return [
      "host": isElsewhere ? command.host ?? "" : "", "text": PlainText.lines(command.text).joined(separator: "\n"),
    ]
  }

  private struct FailedAttempt {
    var number: Int
    var at: Date
    var words: String
  }

  /// Every attempt that failed, those of which a later one succeeded too.
  private static func failedAttempts(_ events: [Event]) -> [String: [FailedAttempt]] {
    var found: [String: [FailedAttempt]] = [:]
    for event in events {
      guard let path = event.path,
        let failure = event.content(Event.AttemptFailed.self)?.failure ?? event.content(Event.StepFailed.self)?.failure
      else { continue }
      var words = failure.message
      if let cause = failure.cause, !cause.isEmpty { words += "\n" + cause }
      found[path, default: []].append(
        .init(number: event.attempt ?? 1, at: event.at, words: PlainText.lines(words).joined(separator: "\n")))
    }
    return found
  }

  private static func newestOutputs(_ steps: [StepState]) -> [String: [String]] {
    var found: [String: [String]] = [:]
    for step in steps where !step.output.isEmpty {
      found[step.path] = step.output.flatMap { line in
        PlainText.lines(line.text).map { text in line.host.map { "\($0)  \(text)" } ?? text }
      }
    }
    return found
  }

  private static func outputs(_ events: [Event]) -> [String: [String]] {
    var found: [String: [String]] = [:]
    for event in events where event.kind == .stepOutput {
      guard let path = event.path else { continue }
      let lines = PlainText.lines(OutputText.of(event))
      found[path, default: []] += event.host.map { host in lines.map { "\(host)  \($0)" } } ?? lines
    }
    return found
  }
}

/// The steps as a tree of scopes, for a page that is shown while the run is running.
struct StepTree {
  /// The nodes at the top, in order of first appearance.
  let members: [[String: Any]]

  /// - Parameter atWorkSince: when the present execution began; `nil` when there is none.
  init(state: RunState, events: [Event], moment: MomentText, atWorkSince: Date?, now: Date) {
    let rows = StepRows(state: state, events: events, moment: moment, newestOutput: true, atWorkSince: atWorkSince)
    let root = Node()
    for step in state.steps { root.insert(step) }
    members = root.members(path: [], rows: rows, now: now)
  }

  /// A scope while the tree is put together.
  private final class Node {
    private var order: [String] = []
    private var scopes: [String: Node] = [:]
    private var steps: [String: StepState] = [:]

    func insert(_ step: StepState) {
      var here = self
      for name in step.scope { here = here.scope(name) }
      if here.steps[step.name] == nil, here.scopes[step.name] == nil { here.order.append(step.name) }
      here.steps[step.name] = step
    }

    private func scope(_ name: String) -> Node {
      if let scope = scopes[name] { return scope }
      if steps[name] == nil { order.append(name) }
      let scope = Node()
      scopes[name] = scope
      return scope
    }

    private var all: [StepState] { Array(steps.values) + scopes.values.flatMap(\.all) }

    func members(path: [String], rows: StepRows, now: Date) -> [[String: Any]] {
      order.flatMap { name -> [[String: Any]] in
        var found: [[String: Any]] = []
        if let step = steps[name] {
          found.append(rows.members(of: step, now: now).merging(["isScope": false, "children": []]) { $1 })
        }
        if let scope = scopes[name] {
          let path = path + [name]
          found.append([
            "isScope": true, "name": PlainText.line(name), "key": path.joined(separator: "/"),
            "tally": Self.tally(scope.all, rows), "children": scope.members(path: path, rows: rows, now: now),
          ])
        }
        return found
      }
    }

    /// `1 failed, 2 running, 14 done`: what matters most first.
    private static func tally(_ steps: [StepState], _ rows: StepRows) -> String {
      var counts = [0, 0, 0, 0]
      for step in steps {
        switch step.status {
        case .failed: counts[0] += 1
        case .retrying: counts[1] += 1
        case .started: counts[2] += 1
        case .succeeded: counts[3] += 1
        }
      }
      let started = rows.atWorkSince == nil ? "without an outcome" : "running"
      return zip(counts, ["failed", "to be tried again", started, "done"]).filter { $0.0 > 0 }
        .map { "\($0.0) \($0.1)" }.joined(separator: ", ")
    }
  }
}
