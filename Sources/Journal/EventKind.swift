/// What an ``Event`` tells, as a stable string: it is what the database holds, so a name is never reused.
public struct EventKind: RawRepresentable, Sendable, Hashable, Codable, ExpressibleByStringLiteral,
  CustomStringConvertible
{
  /// `area.what`, in lower case with underscores.
  public let rawValue: String
  /// The kind of that text.
  public init(rawValue: String) { self.rawValue = rawValue }
  /// The kind of that text.
  public init(stringLiteral value: String) { rawValue = value }
  /// The text itself.
  public var description: String { rawValue }

  /// The run exists. Payload: `runbook`, `summary`, `stack`, `changes` (bool: it is known to change something).
  public static let runCreated: EventKind = "run.created"
  /// A process began to execute the run. Payload: `machine`, `pid`, `user`, `resumed` (bool),
  /// `rollback` (bool: it undoes what the run has done), `claim` (the ID of its claim on the targets).
  public static let runStarted: EventKind = "run.started"
  /// The run reached its end. Payload: `changed`, `unchanged` (numbers of steps).
  public static let runSucceeded: EventKind = "run.succeeded"
  /// The run stopped at a failure; it can be resumed. Payload: `failure`.
  public static let runFailed: EventKind = "run.failed"
  /// The run came to its end, whatever it has changed, and found something that a person must look at; it is over.
  /// Payload: `failure`, `changed`, `unchanged` (numbers of steps).
  public static let runConcluded: EventKind = "run.concluded"
  /// A check refused the run before anything was changed; it is over. Payload: `failure`.
  public static let runRefused: EventKind = "run.refused"
  /// A person or a signal stopped the run; it can be resumed. Payload: `reason`.
  public static let runInterrupted: EventKind = "run.interrupted"
  /// The run waits for a person; it can be resumed. Payload: `reason`, `message`; path of the step that waits.
  public static let runWaiting: EventKind = "run.waiting"
  /// Everything that the run had done and that can be undone is undone; it is over.
  public static let runRolledBack: EventKind = "run.rolled_back"
  /// Another run took over what the run had half changed, so it can go neither forward nor back any more. Payload: `run`
  /// (which one), `by`.
  public static let runDisplaced: EventKind = "run.displaced"
  /// A person wants no further step to begin; what is under way is finished. It holds until ``runUnpaused`` or to the end
  /// of the execution. Payload: `by`, `how` (`command`, `page`, `key`).
  public static let runPauseRequested: EventKind = "run.pause_requested"
  /// A person lets a paused run go on. Payload: `by`, `how`.
  public static let runUnpaused: EventKind = "run.unpaused"
  /// The run was brought here from another journal, to be read; always its last event. Payload: `by`, `from` (the machine
  /// it was exported on), `exported_by`.
  public static let runImported: EventKind = "run.imported"
  /// Something that the person must know or do after the run. Payload: `title`, and `items` (array of strings)
  /// or, of a table, `headings` (array of strings) and `rows` (array of such).
  public static let runNote: EventKind = "run.note"

  /// How the hosts and their swarms stood. Payload: `moment` (`before` anything was changed, `after` an execution),
  /// `picture` (``SwarmSnapshot``).
  public static let runSnapshot: EventKind = "run.snapshot"

  /// A step's attempt begins; durable before its first effect. Payload: `place` (file:line), `undo` (true where the step
  /// names what undoes it).
  public static let stepStarted: EventKind = "step.started"
  /// A primitive of the step is about to act; durable before it does.
  /// Payload: `primitive`, `command` (the article's), `idempotent` (bool), `reattaches` (bool: its host knows it by its name),
  /// `call` (its name in the run), `words` (array of strings: what makes two calls equal, with the event's host), `input`
  /// (secret: a digest of what is not among the words), `branch`, `site` (object of strings: what the host said of itself).
  public static let effectStarted: EventKind = "effect.started"
  /// The host has said that a call was begun. Payload: `call`.
  public static let effectLaunched: EventKind = "effect.launched"
  /// A call of a later execution is the one that was begun before, and follows it. Payload: `call`.
  public static let effectClaimed: EventKind = "effect.claimed"
  /// What became of a call is known. Payload: `call`, `outcome`: `finished` (it came to its own end), `not_begun` or
  /// `ended` (its processes were ended); `result` (what an idempotent one returned).
  public static let effectEnded: EventKind = "effect.ended"
  /// What a step's commands printed. Payload: `text`, one line or more, without the end of the last one; see ``OutputText``.
  public static let stepOutput: EventKind = "step.output"
  /// An attempt failed and the step is tried again. Payload: `failure`, `retry_after` (seconds), `attempts` (allowed),
  /// `open` and `settled` as of `step.failed`.
  public static let attemptFailed: EventKind = "attempt.failed"
  /// The step's checkpoint. Payload: `result`, `outcome`: `executed` (something was changed), `read` (the step only
  /// reads), `already_so` (its goal held already, nothing was changed), `resolved` (a person said it is done) or `reused`
  /// (the result is that of the run `run`: this one began in the middle).
  public static let stepSucceeded: EventKind = "step.succeeded"
  /// The step failed for this execution of the run. Payload: `failure`; `open` (array of strings: the calls that the next
  /// attempt must take account of; all of them where the failure leaves doubt), `settled` (bool: a person has said what
  /// became of the step).
  public static let stepFailed: EventKind = "step.failed"
  /// Not stored: a checkpoint's result was handed to the replaying script. Payload: `outcome`.
  public static let stepReplayed: EventKind = "step.replayed"

  /// Not stored: what the executor is busy with while no step is under way. Payload: `text`.
  public static let runPhase: EventKind = "run.phase"

  /// Not stored: a host module was called, where that is wanted. Payload: `primitive`, `arguments` (array of objects with
  /// `name` and `value`, in order), `result` or `failure`, `seconds`, `place` (file:line), `check` (bool: in a step's check).
  public static let callTraced: EventKind = "call.traced"

  /// A person's yes is wanted. Payload: `message`.
  public static let approvalRequested: EventKind = "approval.requested"
  /// The yes was given. Payload: `by`, `how` (`terminal`, `option`, `command`, `page`).
  public static let approvalGranted: EventKind = "approval.granted"
  /// The no was given. Payload: `by`, `how`.
  public static let approvalRejected: EventKind = "approval.rejected"

  /// A value that a replay must see again, such as the time. Payload: `value`; path: its key.
  public static let valueRecorded: EventKind = "value.recorded"

  /// A person agreed to go on with files that are not as they were. Payload: `differences` (texts), `by`, `how`.
  public static let changesAccepted: EventKind = "run.changes_accepted"

  /// A person agreed to take over from runs that are not over. Payload: `targets`, `runs` (texts), `by`, `how`.
  public static let targetsTakenOver: EventKind = "targets.taken_over"

  /// A message of the runbook. Payload: `level` (`info`, `warning`), `text`.
  public static let logMessage: EventKind = "log.message"
}
