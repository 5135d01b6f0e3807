import Journal
import LuaVM
import Values

/// What a run needs from the program around it.
public struct RunEnvironment: Sendable {
  /// Where the run is kept.
  public var store: any JournalStore
  /// The primitives.
  public var hostModules: [HostModule]
  /// Who this process is.
  public var holder: LeaseHolder
  /// Whether the process behind a lease lives.
  public var liveness: @Sendable (LeaseHolder) -> ProcessLiveness
  /// The time.
  public var clock: any EngineClock
  /// Answers approvals.
  public var approver: Approver
  /// What to do when the runbook was edited since the run began.
  public var changes: ChangePolicy
  /// The locks on the hosts; `nil` where there are none.
  public var locks: (any HostLocks)?
  /// What is asked of hosts about commands that were begun there.
  public var commands: HostCommands
  /// The present state of the hosts and their swarms; `nil` where there are none.
  public var snapshot: (@Sendable () async -> SwarmSnapshot)?
  /// What to do when a run that is not over has changed the locks.
  public var takeOver: TakeOverPolicy
  /// Whether everything is replayed after each step, to find out what a replay would see differently.
  public var replaysEverything: Bool
  /// Whether a simulated world is used instead of the hosts; the run records that from its first event on.
  public var isSimulated = false
  /// The limits of an execution; they do not apply to a rollback.
  public var bounds = ExecutionBounds()
  /// Sees every call of a host module, as events of the kind `call.traced`; must return at once.
  public var trace: (@Sendable (Event) -> Void)?
  /// How long, in seconds, the running steps of a stopped run may take to finish; then they are cut off.
  public var grace: Double
  /// Stops the run.
  public var stop: StopSignal
  /// The bounds of the script.
  public var limits: LuaLimits
  /// Gets the lines of the script that were executed; `nil` if they are not recorded.
  public var coverage: LineCoverage?
  /// How long a lease holds without being renewed, in seconds.
  public var leaseDuration: Double
  /// How long, in seconds, a script may compute without a pause in a dry run. A dry run does nothing that
  /// takes time, so this is far above what an honest runbook needs.
  public var computeTimeout: Double
  /// How many calls, waits and branches a dry run takes of one step, and of one scope between its steps, before it takes them for
  /// endless: a step that polls each second for a day makes fewer. Of the whole runbook it takes ten times as many; for each
  /// host a hundredth comes on top of both.
  public var dryRunCalls = 100_000
  /// Sees every event as it happens; must return at once.
  public var watch: @Sendable (Event) -> Void
  /// Returns when the observer has room for more output of commands.
  public var room: @Sendable () async -> Void = {}

  /// Puts the environment together.
  public init(
    store: any JournalStore, hostModules: [HostModule], holder: LeaseHolder,
    liveness: @escaping @Sendable (LeaseHolder) -> ProcessLiveness, clock: any EngineClock = SystemClock(),
    approver: Approver = .nobody, changes: ChangePolicy = .ask { _ in nil },
    locks: (any HostLocks)? = nil,
    commands: HostCommands = HostCommands(),
    snapshot: (@Sendable () async -> SwarmSnapshot)? = nil, takeOver: TakeOverPolicy = .ask { _ in nil },
    replaysEverything: Bool = false,
    grace: Double = 120, stop: StopSignal = StopSignal(), limits: LuaLimits = LuaLimits(),
    leaseDuration: Double = 30, computeTimeout: Double = 10, watch: @escaping @Sendable (Event) -> Void = { _ in }
  ) {
    self.store = store
    self.hostModules = hostModules
    self.holder = holder
    self.liveness = liveness
    self.clock = clock
    self.approver = approver
    self.changes = changes
    self.locks = locks
    self.commands = commands
    self.snapshot = snapshot
    self.takeOver = takeOver
    self.replaysEverything = replaysEverything
    self.grace = grace
    self.stop = stop
    self.limits = limits
    self.leaseDuration = leaseDuration
    self.computeTimeout = computeTimeout
    self.watch = watch
  }
}
