import Foundation
import Values

/// The state of a step, derived from the events of its run.
public struct StepState: Sendable, Hashable, Identifiable {
  /// The step's identity in its run, for example `workers/da2/join the swarm`.
  public let path: String
  /// The last component of the path.
  public let name: String
  /// The components before the name, outermost first.
  public let scope: [String]
  /// Its status.
  public internal(set) var status: StepStatus
  /// How the success came about; `nil` before it.
  public internal(set) var outcome: StepOutcome?
  /// The run whose result it has; `nil` where it is this run's own.
  public internal(set) var reusedFrom: String?
  /// Whether its recorded result was handed to the replaying script in this execution.
  public internal(set) var isReplayed = false
  /// The inventory name of the host it concerns.
  public internal(set) var host: String?
  /// The latest attempt, counted from 1.
  public internal(set) var attempt = 1
  /// How many attempts are allowed; `nil` until a retry reports it.
  public internal(set) var maximumAttempts: Int?
  /// When its first attempt of the latest execution began.
  public internal(set) var startedAt: Date?
  /// When its latest attempt began.
  public internal(set) var attemptStartedAt: Date?
  /// When it succeeded or failed.
  public internal(set) var endedAt: Date?
  /// When the next attempt is due, while it waits for one.
  public internal(set) var retryAt: Date?
  /// Why the latest attempt failed; `nil` once a later one succeeded.
  public internal(set) var failure: Failure?
  /// What it returned; `nil` before its success.
  public internal(set) var result: Value?
  /// The line of the runbook it begins at.
  public internal(set) var location: SourceLocation?
  /// What the latest attempt began to do to the outside, in order.
  public internal(set) var effects: [EffectState] = []
  /// The calls that the step has begun, over all its attempts, and that the next one must consider: calls that may not
  /// be done twice, of attempts without a known end. In the order in which they began.
  public internal(set) var open: [EffectState] = []
  /// The idempotent calls of the attempts to which ``open`` belongs, in the order in which they began. If the step
  /// continues what is open, those that have finished are not done again: later calls may depend on them.
  public internal(set) var repeatable: [EffectState] = []
  /// Commands of the step that may still run on their hosts and that no further attempt follows: the operator, or the
  /// step's check, has settled the step, or they are done again from the beginning. They are ended first.
  public internal(set) var loose: [EffectState] = []
  /// Whether something was begun before the latest start: what that start found done may be this run's doing.
  public internal(set) var hasActedBefore = false
  /// The newest lines that its commands printed, ``outputLimit`` or somewhat more; the journal has all.
  public internal(set) var output: [OutputLine] = []
  /// How many lines it printed in all.
  public internal(set) var outputCount = 0
  /// Whether the operator was asked for its outcome, and has not answered.
  public internal(set) var waitsForPerson = false
  /// Whether it has an `undo`.
  public internal(set) var hasUndo = false
  /// The execution of the run in which it was last started, counted from 1.
  public internal(set) var execution = 0

  /// How many lines of output are kept at least.
  public static let outputLimit = 200

  /// Names a step that just appeared.
  init(path: String, status: StepStatus) {
    self.path = path
    self.status = status
    // Deeper levels stay together: a tree of any depth would take a stack of any depth.
    var components = path.split(separator: "/", maxSplits: Self.depthLimit, omittingEmptySubsequences: false)
      .map(String.init)
    name = components.popLast() ?? path
    scope = components
  }

  /// In how many nested scopes a path is shown.
  public static let depthLimit = 100

  /// The path.
  public var id: String { path }
  /// Whether it may be done or not: it was started and has no recorded outcome (while an executor lives it is running,
  /// afterwards in doubt), or its latest attempt failed in a way that leaves doubt, or something that any of its attempts
  /// began has no known end.
  public var isInDoubt: Bool {
    switch status {
    case .started: true
    case .retrying, .failed: failure?.leavesDoubt ?? false || open.contains { $0.outcome == nil }
    case .succeeded: false
    }
  }
  /// Whether it has changed something, or began to and it is not known that it did not.
  public var mayHaveChanged: Bool {
    if status == .succeeded { return outcome == .executed || outcome == .resolved || hasActedBefore }
    return !effects.isEmpty || !open.isEmpty || hasActedBefore
  }
  /// The commands of the documented procedure that the latest attempt represents, in order.
  public var commands: [ProcedureCommand] { effects.flatMap(\.commands) }

  /// How much of a line is kept, in bytes.
  static let lineLimit = 4096

  /// Keeps printed lines, and forgets the oldest ones from time to time.
  mutating func append(_ text: String, at date: Date, host: String?) {
    let (lines, count) = OutputText.newest(text, Self.outputLimit, bytes: Self.lineLimit)
    outputCount += count
    output += lines.map { OutputLine(at: date, host: host, text: $0) }
    // Cut in larger pieces, so that a chatty command costs no shift of the whole list per line.
    if output.count >= 2 * Self.outputLimit { output.removeFirst(output.count - Self.outputLimit) }
  }
}
