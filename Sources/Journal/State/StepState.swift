import Foundation
import Values

/// The state of a step, derived from the events of its run.
package struct StepState: Sendable, Hashable, Identifiable {
  /// The step's identity in its run, for example `workers/da2/join the swarm`.
  package let path: String
  /// The last component of the path.
  package let name: String
  /// The components before the name, outermost first.
  package let scope: [String]
  /// Its status.
  package internal(set) var status: StepStatus
  /// How the success came about; `nil` before it.
  package internal(set) var outcome: StepOutcome?
  /// The run whose result it has; `nil` where it is this run's own.
  package internal(set) var reusedFrom: String?
  /// Whether its recorded result was handed to the replaying script in this execution.
  package internal(set) var isReplayed = false
  /// The inventory name of the host it concerns.
  package internal(set) var host: String?
  /// The latest attempt, counted from 1.
  package internal(set) var attempt = 1
  /// How many attempts are allowed; `nil` until a retry reports it.
  package internal(set) var maximumAttempts: Int?
  /// When its first attempt of the latest execution began.
  package internal(set) var startedAt: Date?
  /// When its latest attempt began.
  package internal(set) var attemptStartedAt: Date?
  /// When it succeeded or failed.
  package internal(set) var endedAt: Date?
  /// When the next attempt is due, while it waits for one.
  package internal(set) var retryAt: Date?
  /// Why the latest attempt failed; `nil` once a later one succeeded.
  package internal(set) var failure: Failure?
  /// What it returned; `nil` before its success.
  package internal(set) var result: Value?
  /// The line of the runbook it begins at.
  package internal(set) var location: SourceLocation?
  /// What the latest attempt began to do to the outside, in order.
  package internal(set) var effects: [EffectState] = []
  /// The calls that the step has begun, over all its attempts, and that the next one must consider: calls that may not
  /// be done twice, of attempts without a known end. In the order in which they began.
  package internal(set) var open: [EffectState] = []
  /// The idempotent calls of the attempts to which ``open`` belongs, in the order in which they began. If the step
  /// continues what is open, those that have finished are not done again: later calls may depend on them.
  package internal(set) var repeatable: [EffectState] = []
  /// Commands of the step that may still run on their hosts and that no further attempt follows: the operator, or the
  /// step's check, has settled the step, or they are done again from the beginning. They are ended first.
  package internal(set) var loose: [EffectState] = []
  /// Whether something was begun before the latest start: what that start found done may be this run's doing.
  package internal(set) var hasActedBefore = false
  /// The newest lines that its commands printed, ``outputLimit`` or somewhat more; the journal has all.
  package internal(set) var output: [OutputLine] = []
  /// How many lines it printed in all.
  package internal(set) var outputCount = 0
  /// Whether the operator was asked for its outcome, and has not answered.
  package internal(set) var waitsForPerson = false
  /// Whether it has an `undo`.
  package internal(set) var hasUndo = false
  /// The execution of the run in which it was last started, counted from 1.
  package internal(set) var execution = 0

  /// How many lines of output are kept at least.
  package static let outputLimit = 200

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
  package static let depthLimit = 100

  /// The path.
  package var id: String { path }
  /// Whether it may be done or not: it was started and has no recorded outcome (while an executor lives it is running,
  /// afterwards in doubt), or its latest attempt failed in a way that leaves doubt, or something that any of its attempts
  /// began has no known end.
  package var isInDoubt: Bool {
    switch status {
    case .started: true
    case .retrying, .failed: failure?.leavesDoubt ?? false || open.contains { $0.outcome == nil }
    case .succeeded: false
    }
  }
  /// Whether it has changed something, or began to and it is not known that it did not.
  package var mayHaveChanged: Bool {
    if status == .succeeded { return outcome == .executed || outcome == .resolved || hasActedBefore }
    return !effects.isEmpty || !open.isEmpty || hasActedBefore
  }
  /// The commands of the documented procedure that the latest attempt represents, in order.
  package var commands: [ProcedureCommand] { effects.flatMap(\.commands) }

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

/// A primitive that an attempt began to carry out.
package struct EffectState: Sendable, Hashable {
  /// Its full name, for example `swarm.join`.
  package var primitive: String
  /// Whether carrying it out again does no harm.
  package var isIdempotent: Bool
  /// Whether its host knows it by the call's name, so that it can be looked for, followed or ended there.
  package var reattaches: Bool
  /// The commands of the documented procedure that it represents.
  package var commands: [ProcedureCommand]
  /// What names it in its run: for one that reattaches, the name under which its host knows it; empty where none was
  /// recorded.
  package var call: String
  /// The attempt that began it.
  package var attempt: Int
  /// The host that carries it out.
  package var host: String?
  /// What it is, as the parts that make two calls equal; secrets are not among them.
  package var words: [String]
  /// What distinguishes its secret input from another one; `nil` if it has none.
  package var input: Secret?
  /// The branch of a `parallel` inside the step that it belongs to; empty outside of any.
  package var branch: String
  /// What its host reported about itself before the call, for example its boot.
  package var site: [String: String]
  /// When it began.
  package var begunAt: Date?
  /// Whether the host has said that it was begun.
  package var isLaunched = false
  /// Its outcome; `nil` while that is not known.
  package var outcome: EffectOutcome?
  /// The result of an idempotent one that has finished.
  package var result: Value?

  package init(
    primitive: String, isIdempotent: Bool, reattaches: Bool = false, commands: [ProcedureCommand] = [],
    call: String = "",
    attempt: Int = 1, host: String? = nil, words: [String] = [], input: Secret? = nil, branch: String = "",
    site: [String: String] = [:], begunAt: Date? = nil
  ) {
    self.primitive = primitive
    self.isIdempotent = isIdempotent
    self.reattaches = reattaches
    self.commands = commands
    self.call = call
    self.attempt = attempt
    self.host = host
    self.words = words
    self.input = input
    self.branch = branch
    self.site = site
    self.begunAt = begunAt
  }

  /// Whether its host can be asked for it: it is known there, and its name was recorded.
  package var isFoundAgain: Bool { reattaches && !call.isEmpty }

  /// What it did, for people: its commands, or its name.
  package var text: String { commands.isEmpty ? primitive : commands.map(\.text).joined(separator: "; ") }
}

/// The outcome of a call, if it is known.
package enum EffectOutcome: String, Codable, Sendable, Hashable, CaseIterable {
  /// It came to its own end, well or badly.
  case finished
  /// It certainly did not begin.
  case notBegun = "not_begun"
  /// Its processes were ended, and none of them is left.
  case ended
}

/// A line that a step's command printed.
package struct OutputLine: Sendable, Hashable {
  /// When.
  package var at: Date
  /// The inventory name of the host.
  package var host: String?
  /// The line.
  package var text: String

  package init(at: Date, host: String?, text: String) {
    self.at = at
    self.host = host
    self.text = text
  }
}

/// An approval that a run requested, and how it was answered.
package struct Approval: Sendable, Hashable, Identifiable {
  /// How it was answered.
  package enum Answer: String, Sendable, Hashable {
    /// Not yet.
    case none
    /// Yes.
    case granted
    /// No.
    case rejected
  }
  /// The step path that requests it.
  package let path: String
  /// The question to the operator.
  package internal(set) var message: String
  /// How it was answered.
  package internal(set) var answer: Answer = .none
  /// Who answered.
  package internal(set) var by: String?
  /// In which way: `terminal`, `option`, `command`.
  package internal(set) var how: String?
  /// When it was asked.
  package internal(set) var requestedAt: Date?
  /// When it was answered.
  package internal(set) var answeredAt: Date?

  /// Names an approval that just appeared.
  init(path: String, message: String) {
    self.path = path
    self.message = message
  }

  /// The path.
  package var id: String { path }
}
