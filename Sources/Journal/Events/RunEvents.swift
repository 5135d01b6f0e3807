import Values

extension Event {
  /// The run exists.
  public struct RunCreated: EventContent {
    public static let kind: EventKind = .runCreated
    /// The runbook's name.
    public var runbook: String
    /// What the runbook says that it does.
    public var summary: String?
    /// The stack's name in the inventory.
    public var stack: String?
    /// Whether it is known to change something.
    public var changes: Bool
    /// Whether its hosts are simulated.
    public var simulated: Bool?

    /// Tells it.
    public init(runbook: String, summary: String? = nil, stack: String? = nil, changes: Bool, simulated: Bool? = nil) {
      self.runbook = runbook
      self.summary = summary
      self.stack = stack
      self.changes = changes
      self.simulated = simulated
    }
  }

  /// A process began to execute the run.
  public struct RunStarted: EventContent {
    public static let kind: EventKind = .runStarted
    /// Its machine.
    public var machine: String
    /// Its number there.
    public var pid: Int32
    /// Whose it is.
    public var user: String
    /// Whether the run was executed before.
    public var resumed: Bool
    /// Whether it undoes what the run has done.
    public var rollback: Bool
    /// The ID under which it locks the hosts.
    public var claim: String?

    /// Tells it.
    public init(machine: String, pid: Int32, user: String, resumed: Bool, rollback: Bool, claim: String? = nil) {
      self.machine = machine
      self.pid = pid
      self.user = user
      self.resumed = resumed
      self.rollback = rollback
      self.claim = claim
    }
  }

  /// The run reached its end.
  public struct RunSucceeded: EventContent {
    public static let kind: EventKind = .runSucceeded
    /// How many steps changed something.
    public var changed: Int
    /// How many steps did not.
    public var unchanged: Int

    /// Tells it.
    public init(changed: Int, unchanged: Int) {
      self.changed = changed
      self.unchanged = unchanged
    }
  }

  /// The run stopped at a failure; it can be resumed.
  public struct RunFailed: EventContent {
    public static let kind: EventKind = .runFailed
    /// Why.
    public var failure: Failure

    /// Tells it.
    public init(failure: Failure) {
      self.failure = failure
    }
  }

  /// The run came to its end, whatever it has changed, and found something that a person must look at; it is over.
  public struct RunConcluded: EventContent {
    public static let kind: EventKind = .runConcluded
    /// What it found.
    public var failure: Failure
    /// How many steps changed something.
    public var changed: Int
    /// How many steps did not.
    public var unchanged: Int

    /// Tells it.
    public init(failure: Failure, changed: Int, unchanged: Int) {
      self.failure = failure
      self.changed = changed
      self.unchanged = unchanged
    }
  }

  /// A check refused the run before anything was changed; it is over.
  public struct RunRefused: EventContent {
    public static let kind: EventKind = .runRefused
    /// Why.
    public var failure: Failure

    /// Tells it.
    public init(failure: Failure) {
      self.failure = failure
    }
  }

  /// A person or a signal stopped the run; it can be resumed.
  public struct RunInterrupted: EventContent {
    public static let kind: EventKind = .runInterrupted
    /// What stopped it.
    public var reason: String

    /// Tells it.
    public init(reason: String) {
      self.reason = reason
    }
  }

  /// The run waits for a person; it can be resumed. The path is that of the step that waits.
  public struct RunWaiting: EventContent {
    public static let kind: EventKind = .runWaiting
    /// `approval` or `in_doubt`.
    public var reason: String
    /// What the person is asked.
    public var message: String?

    /// Tells it.
    public init(reason: String, message: String? = nil) {
      self.reason = reason
      self.message = message
    }
  }

  /// Everything that the run had done and that can be undone is undone; it is over.
  public struct RunRolledBack: EventContent {
    public static let kind: EventKind = .runRolledBack
    /// How many steps changed something.
    public var changed: Int
    /// How many steps did not.
    public var unchanged: Int

    /// Tells it.
    public init(changed: Int, unchanged: Int) {
      self.changed = changed
      self.unchanged = unchanged
    }
  }

  /// Another run took over what the run had half changed, so it can go neither forward nor back any more.
  public struct RunDisplaced: EventContent {
    public static let kind: EventKind = .runDisplaced
    /// Which one.
    public var run: String
    /// Who agreed to it.
    public var by: String

    /// Tells it.
    public init(run: String, by: String) {
      self.run = run
      self.by = by
    }
  }

  /// A person wants no further step to begin; running steps finish first. It holds until the pause is ended or to the end of the execution.
  public struct RunPauseRequested: EventContent {
    public static let kind: EventKind = .runPauseRequested
    /// The person.
    public var by: String
    /// `command`, `page`, `key`, `terminal` or `option`.
    public var how: String

    /// Tells it.
    public init(by: String, how: String) {
      self.by = by
      self.how = how
    }
  }

  /// A person lets a paused run go on.
  public struct RunUnpaused: EventContent {
    public static let kind: EventKind = .runUnpaused
    /// The person.
    public var by: String
    /// `command`, `page`, `key`, `terminal` or `option`.
    public var how: String

    /// Tells it.
    public init(by: String, how: String) {
      self.by = by
      self.how = how
    }
  }

  /// The run was brought here from another journal, to be read; always its last event.
  public struct RunImported: EventContent {
    public static let kind: EventKind = .runImported
    /// Who imported it.
    public var by: String
    /// The machine it was exported on.
    public var from: String
    /// Who exported it.
    public var exportedBy: String?

    /// Tells it.
    public init(by: String, from: String, exportedBy: String? = nil) {
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

  /// Something that the person must know or do after the run: items, or a table.
  public struct RunNoted: EventContent {
    public static let kind: EventKind = .runNote
    /// Its title.
    public var title: String
    /// Its items.
    public var items: [String]?
    /// The table's headings.
    public var headings: [String]?
    /// The table's rows.
    public var rows: [[String]]?

    /// Tells it.
    public init(title: String, items: [String]? = nil, headings: [String]? = nil, rows: [[String]]? = nil) {
      self.title = title
      self.items = items
      self.headings = headings
      self.rows = rows
    }
  }

  /// Not stored: what the executor does while no step is running.
  public struct RunPhase: EventContent {
    public static let kind: EventKind = .runPhase
    /// What.
    public var text: String

    /// Tells it.
    public init(text: String) {
      self.text = text
    }
  }

  /// A person agreed to go on with files that are not as they were.
  public struct ChangesAccepted: EventContent {
    public static let kind: EventKind = .changesAccepted
    /// How they differ.
    public var differences: [String]
    /// The person.
    public var by: String
    /// `command`, `page`, `key`, `terminal` or `option`.
    public var how: String

    /// Tells it.
    public init(differences: [String], by: String, how: String) {
      self.differences = differences
      self.by = by
      self.how = how
    }
  }

  /// A person agreed to take over from runs that are not over.
  public struct TargetsTakenOver: EventContent {
    public static let kind: EventKind = .targetsTakenOver
    /// The hosts.
    public var targets: [String]
    /// The runs.
    public var runs: [String]
    /// The person.
    public var by: String
    /// `command`, `page`, `key`, `terminal` or `option`.
    public var how: String

    /// Tells it.
    public init(targets: [String], runs: [String], by: String, how: String) {
      self.targets = targets
      self.runs = runs
      self.by = by
      self.how = how
    }
  }

  /// The run waits for approval.
  public struct ApprovalRequested: EventContent {
    public static let kind: EventKind = .approvalRequested
    /// What is to be approved.
    public var message: String

    /// Tells it.
    public init(message: String) {
      self.message = message
    }
  }

  /// It was approved.
  public struct ApprovalGranted: EventContent {
    public static let kind: EventKind = .approvalGranted
    /// The person.
    public var by: String
    /// `command`, `page`, `key`, `terminal` or `option`.
    public var how: String

    /// Tells it.
    public init(by: String, how: String) {
      self.by = by
      self.how = how
    }
  }

  /// It was rejected.
  public struct ApprovalRejected: EventContent {
    public static let kind: EventKind = .approvalRejected
    /// The person.
    public var by: String
    /// `command`, `page`, `key`, `terminal` or `option`.
    public var how: String

    /// Tells it.
    public init(by: String, how: String) {
      self.by = by
      self.how = how
    }
  }

  /// The state of the hosts and their swarms.
  public struct SnapshotTaken: EventContent {
    public static let kind: EventKind = .runSnapshot
    /// `before` anything was changed, or `after` an execution.
    public var moment: SnapshotMoment
    /// The state.
    public var snapshot: SwarmSnapshot

    /// Tells it.
    public init(moment: SnapshotMoment, snapshot: SwarmSnapshot) {
      self.moment = moment
      self.snapshot = snapshot
    }
  }

  /// A value that a replay must see again, such as the time. The path is its key.
  public struct ValueRecorded: EventContent {
    public static let kind: EventKind = .valueRecorded
    /// The value.
    public var value: Value

    /// Tells it.
    public init(value: Value) {
      self.value = value
    }
  }

  /// A message of the runbook, or of the program.
  public struct LogMessage: EventContent {
    public static let kind: EventKind = .logMessage
    /// `info` or `warning`.
    public var level: String
    /// The message.
    public var text: String

    /// Tells it.
    public init(level: String, text: String) {
      self.level = level
      self.text = text
    }
  }
}
