import Foundation
import Values

/// The state of a run, derived only from its events: the same events give the same state.
package struct RunState: Sendable, Hashable {
  /// The status of the run.
  package internal(set) var status: RunStatus = .created
  /// What the runbook calls itself in one line.
  package internal(set) var summary: String?
  /// The name of the deployed stack, when the inventory has one.
  package internal(set) var stack: String?
  /// Whether it ran in a simulated world instead of on its hosts.
  package internal(set) var isSimulated = false
  /// The steps in order of their first appearance.
  package internal(set) var steps: [StepState] = []
  /// How many steps have which status.
  package internal(set) var counts = StepCounts()
  /// Who executes the run, or did last.
  package internal(set) var executor: RunExecutor?
  /// How many times its execution began: more than 1 once it was resumed.
  package internal(set) var executions = 0
  /// Whether its latest execution undoes what it has done.
  package internal(set) var isRollingBack = false
  /// When it was created.
  package internal(set) var createdAt: Date?
  /// When its first execution began.
  package internal(set) var startedAt: Date?
  /// When its latest execution ended; `nil` while one is running.
  package internal(set) var finishedAt: Date?
  /// Why it failed or was refused, or what it has found; `nil` once it was resumed.
  package internal(set) var failure: Failure?
  /// Why it was interrupted or waits, and for whom: the payload's `reason`; of a displaced run, the run that displaced it.
  package internal(set) var reason: String?
  /// Who requested a pause, while it is being executed.
  package internal(set) var pause: RunPause?
  /// What its executor is busy with while no step is running.
  package internal(set) var phase: String?
  /// What it waits for, while it waits.
  package internal(set) var waitingMessage: String?
  /// The path of the step that waits, while the run waits.
  package internal(set) var waitingPath: String?
  /// How it came here from another journal; `nil` for a run of this one. An imported run can only be read.
  package internal(set) var imported: RunImport?
  /// What the operator must know or do after the run.
  package internal(set) var notes: [RunNote] = []
  /// The runbook's messages.
  package internal(set) var messages: [RunMessage] = []
  /// What was recorded for replays, such as the time, by key.
  package internal(set) var recordedValues: [String: Value] = [:]
  /// The hosts on which commands were begun that are found there again, and so may have left something.
  package internal(set) var hostsWithJobs: Set<String> = []
  /// The approvals in order of their first appearance.
  package internal(set) var approvals: [Approval] = []
  /// The sequence number of the newest stored event; 0 before the first.
  package internal(set) var lastSequence: Int64 = 0
  /// When the newest event happened.
  package internal(set) var lastAt: Date?

  /// The paths of steps that the runbook no longer reaches, as an operator has accepted.
  package internal(set) var acceptedAsGone: Set<String> = []
  /// The index of each path in ``steps``.
  var stepIndex: [String: Int] = [:]

  /// A run of which nothing is known yet.
  package init() {}

  /// The state after these events.
  package init(events: some Sequence<Event>) {
    for event in events { apply(event) }
  }

  /// The step of that path; `nil` before its first event.
  package func step(at path: String) -> StepState? { stepIndex[path].map { steps[$0] } }

  /// Whether it is paused: a pause was requested, and the running steps have finished.
  package var isPaused: Bool {
    pause != nil && !steps.contains { $0.execution == executions && ($0.status == .started || $0.status == .retrying) }
  }

  /// Whether one of its steps has changed something, or began to and it is not known that it did not.
  package var mayHaveChanged: Bool { steps.contains(where: \.mayHaveChanged) }

  /// The approval of that path; `nil` when none was asked.
  package func approval(at path: String) -> Approval? { approvals.first { $0.path == path } }
}

/// The process that executes a run.
package struct RunExecutor: Sendable, Hashable {
  /// The machine's host name.
  package var machine: String
  /// The process.
  package var processID: Int32
  /// The operator's user name.
  package var user: String
}

/// How a run came here from another journal.
package struct RunImport: Sendable, Hashable {
  /// Who imported it.
  package var user: String
  /// The machine it was exported on.
  package var machine: String
  /// When it was imported.
  package var at: Date
}

/// Something that the operator must know or do after the run.
package struct RunNote: Sendable, Hashable {
  /// What it is about.
  package var title: String
  /// The points; empty where it is a table.
  package var items: [String]
  /// The headings of a table's columns; empty where it is a list.
  package var headings: [String] = []
  /// A table's rows, each with one text per heading.
  package var rows: [[String]] = []
  /// When it was noted.
  package var at: Date

  /// Whether it is a table.
  package var isTable: Bool { !headings.isEmpty }
}

/// A message of the runbook.
package struct RunMessage: Sendable, Hashable {
  /// `info` or `warning`.
  package var level: String
  /// The message.
  package var text: String
  /// When it was given.
  package var at: Date
  /// The step or scope it came from.
  package var path: String?
}
