import Foundation
import Values

/// The state of a run, derived only from its events: the same events give the same state.
public struct RunState: Sendable, Hashable {
  /// The status of the run.
  public internal(set) var status: RunStatus = .created
  /// What the runbook calls itself in one line.
  public internal(set) var summary: String?
  /// The name of the deployed stack, when the inventory has one.
  public internal(set) var stack: String?
  /// Whether it ran in a simulated world instead of on its hosts.
  public internal(set) var isSimulated = false
  /// The steps in order of their first appearance.
  public internal(set) var steps: [StepState] = []
  /// How many steps have which status.
  public internal(set) var counts = StepCounts()
  /// Who executes the run, or did last.
  public internal(set) var executor: RunExecutor?
  /// How many times its execution began: more than 1 once it was resumed.
  public internal(set) var executions = 0
  /// Whether its latest execution undoes what it has done.
  public internal(set) var isRollingBack = false
  /// When it was created.
  public internal(set) var createdAt: Date?
  /// When its first execution began.
  public internal(set) var startedAt: Date?
  /// When its latest execution ended; `nil` while one is running.
  public internal(set) var finishedAt: Date?
  /// Why it failed or was refused, or what it has found; `nil` once it was resumed.
  public internal(set) var failure: Failure?
  /// Why it was interrupted or waits, and for whom: the payload's `reason`; of a displaced run, the run that displaced it.
  public internal(set) var reason: String?
  /// Who requested a pause, while it is being executed.
  public internal(set) var pause: RunPause?
  /// What its executor is busy with while no step is running.
  public internal(set) var phase: String?
  /// What it waits for, while it waits.
  public internal(set) var waitingMessage: String?
  /// The path of the step that waits, while the run waits.
  public internal(set) var waitingPath: String?
  /// How it came here from another journal; `nil` for a run of this one. An imported run can only be read.
  public internal(set) var imported: RunImport?
  /// What the operator must know or do after the run.
  public internal(set) var notes: [RunNote] = []
  /// The runbook's messages.
  public internal(set) var messages: [RunMessage] = []
  /// What was recorded for replays, such as the time, by key.
  public internal(set) var recordedValues: [String: Value] = [:]
  /// The hosts on which commands were begun that are found there again, and so may have left something.
  public internal(set) var hostsWithJobs: Set<String> = []
  /// The approvals in order of their first appearance.
  public internal(set) var approvals: [Approval] = []
  /// The sequence number of the newest stored event; 0 before the first.
  public internal(set) var lastSequence: Int64 = 0
  /// When the newest event happened.
  public internal(set) var lastAt: Date?

  /// The paths of steps that the runbook no longer reaches, as an operator has accepted.
  public internal(set) var acceptedAsGone: Set<String> = []
  /// The index of each path in ``steps``.
  var stepIndex: [String: Int] = [:]

  /// A run of which nothing is known yet.
  public init() {}

  /// The state after these events.
  public init(events: some Sequence<Event>) {
    for event in events { apply(event) }
  }

  /// The step of that path; `nil` before its first event.
  public func step(at path: String) -> StepState? { stepIndex[path].map { steps[$0] } }

  /// Whether it is paused: a pause was requested, and the running steps have finished.
  public var isPaused: Bool {
    pause != nil && !steps.contains { $0.execution == executions && ($0.status == .started || $0.status == .retrying) }
  }

  /// Whether one of its steps has changed something, or began to and it is not known that it did not.
  public var mayHaveChanged: Bool { steps.contains(where: \.mayHaveChanged) }

  /// The approval of that path; `nil` when none was asked.
  public func approval(at path: String) -> Approval? { approvals.first { $0.path == path } }
}

/// The process that executes a run.
public struct RunExecutor: Sendable, Hashable {
  /// The machine's host name.
  public var machine: String
  /// The process.
  public var processID: Int32
  /// The operator's user name.
  public var user: String
}

/// How a run came here from another journal.
public struct RunImport: Sendable, Hashable {
  /// Who imported it.
  public var user: String
  /// The machine it was exported on.
  public var machine: String
  /// When it was imported.
  public var at: Date
}

/// Something that the operator must know or do after the run.
public struct RunNote: Sendable, Hashable {
  /// What it is about.
  public var title: String
  /// The points; empty where it is a table.
  public var items: [String]
  /// The headings of a table's columns; empty where it is a list.
  public var headings: [String] = []
  /// A table's rows, each with one text per heading.
  public var rows: [[String]] = []
  /// When it was noted.
  public var at: Date

  /// Whether it is a table.
  public var isTable: Bool { !headings.isEmpty }
}

/// A message of the runbook.
public struct RunMessage: Sendable, Hashable {
  /// `info` or `warning`.
  public var level: String
  /// The message.
  public var text: String
  /// When it was given.
  public var at: Date
  /// The step or scope it came from.
  public var path: String?
}
