import Values

extension Event {
  /// The run exists.
  package struct RunCreated: EventContent {
    package static let kind: EventKind = .runCreated
    /// The runbook's name.
    package var runbook: String
    /// The runbook's summary of what it does.
    package var summary: String?
    /// The stack's name in the inventory.
    package var stack: String?
    /// Whether it is known to change something.
    package var changes: Bool
    /// Whether its hosts are simulated.
    package var simulated: Bool?

    package init(runbook: String, summary: String? = nil, stack: String? = nil, changes: Bool, simulated: Bool? = nil) {
      self.runbook = runbook
      self.summary = summary
      self.stack = stack
      self.changes = changes
      self.simulated = simulated
    }
  }

  /// A process began to execute the run.
  package struct RunStarted: EventContent {
    package static let kind: EventKind = .runStarted
    /// Its machine.
    package var machine: String
    /// Its number there.
    package var pid: Int32
    /// The user that it belongs to.
    package var user: String
    /// Whether the run was executed before.
    package var resumed: Bool
    /// Whether it undoes what the run has done.
    package var rollback: Bool
    /// The ID under which it locks the hosts.
    package var lock: String?

    package init(machine: String, pid: Int32, user: String, resumed: Bool, rollback: Bool, lock: String? = nil) {
      self.machine = machine
      self.pid = pid
      self.user = user
      self.resumed = resumed
      self.rollback = rollback
      self.lock = lock
    }
  }

  /// The run reached its end.
  package struct RunSucceeded: EventContent {
    package static let kind: EventKind = .runSucceeded
    /// How many steps changed something.
    package var changed: Int
    /// How many steps did not.
    package var unchanged: Int

    package init(changed: Int, unchanged: Int) {
      self.changed = changed
      self.unchanged = unchanged
    }
  }

  /// The run stopped at a failure; it can be resumed.
  package struct RunFailed: EventContent {
    package static let kind: EventKind = .runFailed
    /// Why.
    package var failure: Failure

    package init(failure: Failure) {
      self.failure = failure
    }
  }

  /// The run came to its end, whatever it has changed, and found something that the operator must check; it is over.
  package struct RunConcluded: EventContent {
    package static let kind: EventKind = .runConcluded
    /// What it found.
    package var failure: Failure
    /// How many steps changed something.
    package var changed: Int
    /// How many steps did not.
    package var unchanged: Int

    package init(failure: Failure, changed: Int, unchanged: Int) {
      self.failure = failure
      self.changed = changed
      self.unchanged = unchanged
    }
  }

  /// A check refused the run before anything was changed; it is over.
  package struct RunRefused: EventContent {
    package static let kind: EventKind = .runRefused
    /// Why.
    package var failure: Failure

    package init(failure: Failure) {
      self.failure = failure
    }
  }

  /// An operator or a signal stopped the run; it can be resumed.
  package struct RunInterrupted: EventContent {
    package static let kind: EventKind = .runInterrupted
    /// What stopped it.
    package var reason: String

    package init(reason: String) {
      self.reason = reason
    }
  }

  /// The run waits for an operator; it can be resumed. The path is that of the step that waits.
  package struct RunWaiting: EventContent {
    package static let kind: EventKind = .runWaiting
    /// `approval` or `in_doubt`.
    package var reason: String
    /// The question to the operator.
    package var message: String?

    package init(reason: String, message: String? = nil) {
      self.reason = reason
      self.message = message
    }
  }

  /// Everything that the run had done and that can be undone is undone; it is over.
  package struct RunRolledBack: EventContent {
    package static let kind: EventKind = .runRolledBack
    /// How many steps changed something.
    package var changed: Int
    /// How many steps did not.
    package var unchanged: Int

    package init(changed: Int, unchanged: Int) {
      self.changed = changed
      self.unchanged = unchanged
    }
  }

  /// Another run took over what the run had half changed, so it can go neither forward nor back any more.
  package struct RunDisplaced: EventContent {
    package static let kind: EventKind = .runDisplaced
    /// Which one.
    package var run: String
    /// Who agreed to it.
    package var by: String

    package init(run: String, by: String) {
      self.run = run
      self.by = by
    }
  }

  /// An operator requested that no further step begins; running steps finish first. The pause lasts until it is ended,
  /// or to the end of the execution.
  package struct RunPauseRequested: EventContent {
    package static let kind: EventKind = .runPauseRequested
    /// The operator.
    package var by: String
    /// `command`, `page`, `key`, `terminal` or `option`.
    package var how: String

    package init(by: String, how: String) {
      self.by = by
      self.how = how
    }
  }

  /// An operator lets a paused run continue.
  package struct RunUnpaused: EventContent {
    package static let kind: EventKind = .runUnpaused
    /// The operator.
    package var by: String
    /// `command`, `page`, `key`, `terminal` or `option`.
    package var how: String

    package init(by: String, how: String) {
      self.by = by
      self.how = how
    }
  }

  /// The run was brought here from another journal, to be read; always its last event.
  package struct RunImported: EventContent {
    package static let kind: EventKind = .runImported
    /// Who imported it.
    package var by: String
    /// The machine it was exported on.
    package var from: String
    /// Who exported it.
    package var exportedBy: String?

    package init(by: String, from: String, exportedBy: String? = nil) {
      self.by = by
      self.from = from
      self.exportedBy = exportedBy
    }

    private enum CodingKeys: String, CodingKey {
      case by
      case from
      case exportedBy = "exported_by"
    }
  }

  /// Something that the operator must know or do after the run: items, or a table.
  package struct RunNoted: EventContent {
    package static let kind: EventKind = .runNote
    /// Its title.
    package var title: String
    /// Its items.
    package var items: [String]?
    /// The table's headings.
    package var headings: [String]?
    /// The table's rows.
    package var rows: [[String]]?

    package init(title: String, items: [String]? = nil, headings: [String]? = nil, rows: [[String]]? = nil) {
      self.title = title
      self.items = items
      self.headings = headings
      self.rows = rows
    }
  }

  /// Not stored: what the executor does while no step is running.
  package struct RunPhase: EventContent {
    package static let kind: EventKind = .runPhase
    /// What.
    package var text: String

    package init(text: String) {
      self.text = text
    }
  }

  /// An operator agreed to continue with files that have changed.
  package struct ChangesAccepted: EventContent {
    package static let kind: EventKind = .changesAccepted
    /// How they differ.
    package var differences: [String]
    /// The paths of steps that are no longer reached, as far as they were known.
    package var gone: [String]?
    /// The files from now on; left out if they are unchanged.
    package var files: [RunFile]?
    /// The operator.
    package var by: String
    /// `command`, `page`, `key`, `terminal` or `option`.
    package var how: String

    package init(
      differences: [String], gone: [String]? = nil, files: [RunFile]? = nil, by: String, how: String
    ) {
      self.differences = differences
      self.gone = gone
      self.files = files
      self.by = by
      self.how = how
    }
  }

  /// The run has loaded a module that was not kept with it when it began, because nothing had reached it then.
  package struct FileKept: EventContent {
    package static let kind: EventKind = .fileKept
    /// The module.
    package var file: RunFile

    package init(file: RunFile) {
      self.file = file
    }
  }

  /// A person agreed to take over from runs that are not over.
  package struct HostsTakenOver: EventContent {
    package static let kind: EventKind = .hostsTakenOver
    /// The hosts.
    package var hosts: [String]
    /// The runs.
    package var runs: [String]
    /// The operator.
    package var by: String
    /// `command`, `page`, `key`, `terminal` or `option`.
    package var how: String

    package init(hosts: [String], runs: [String], by: String, how: String) {
      self.hosts = hosts
      self.runs = runs
      self.by = by
      self.how = how
    }
  }

  /// The run waits for approval.
  package struct ApprovalRequested: EventContent {
    package static let kind: EventKind = .approvalRequested
    /// What needs approval.
    package var message: String

    package init(message: String) {
      self.message = message
    }
  }

  /// It was approved.
  package struct ApprovalGranted: EventContent {
    package static let kind: EventKind = .approvalGranted
    /// The operator.
    package var by: String
    /// `command`, `page`, `key`, `terminal` or `option`.
    package var how: String

    package init(by: String, how: String) {
      self.by = by
      self.how = how
    }
  }

  /// It was rejected.
  package struct ApprovalRejected: EventContent {
    package static let kind: EventKind = .approvalRejected
    /// The operator.
    package var by: String
    /// `command`, `page`, `key`, `terminal` or `option`.
    package var how: String

    package init(by: String, how: String) {
      self.by = by
      self.how = how
    }
  }

  /// The state of the hosts and their swarms.
  package struct SnapshotTaken: EventContent {
    package static let kind: EventKind = .runSnapshot
    /// `before` anything was changed, or `after` an execution.
    package var moment: SnapshotMoment
    /// The state.
    package var snapshot: SwarmSnapshot

    package init(moment: SnapshotMoment, snapshot: SwarmSnapshot) {
      self.moment = moment
      self.snapshot = snapshot
    }
  }

  /// A value that a replay must see again, such as the time. The path is its key.
  package struct ValueRecorded: EventContent {
    package static let kind: EventKind = .valueRecorded
    /// The value.
    package var value: Value

    package init(value: Value) {
      self.value = value
    }
  }

  /// A message of the runbook, or of the program.
  package struct LogMessage: EventContent {
    package static let kind: EventKind = .logMessage
    /// `info` or `warning`.
    package var level: String
    /// The message.
    package var text: String

    package init(level: String, text: String) {
      self.level = level
      self.text = text
    }
  }
}
