import Journal
import LuaVM
import Values

/// What a run needs of the program around it.
package struct RunEnvironment: Sendable {
  /// What this process has for all runs.
  package let services: RunServices
  /// The hosts of the run's inventory.
  package let hosts: RunHosts
  /// How the run is executed.
  package let options: RunOptions
  /// What sees the run.
  package let observer: RunObserver
  /// Stops the run.
  package let stop: StopSignal

  package init(
    _ services: RunServices, hosts: RunHosts = RunHosts(), options: RunOptions = RunOptions(),
    observer: RunObserver = RunObserver(), stop: StopSignal = StopSignal()
  ) {
    self.services = services
    self.hosts = hosts
    self.options = options
    self.observer = observer
    self.stop = stop
  }
}

/// What a process has for all of its runs.
package struct RunServices: Sendable {
  /// Where runs are kept.
  package let store: any JournalStore
  /// Who this process is.
  package let holder: LeaseHolder
  /// Whether the process behind a lease lives.
  package let liveness: @Sendable (LeaseHolder) -> ProcessLiveness
  /// The time.
  package let clock: any EngineClock
  /// How long a lease, or a lock on a host, holds without being renewed, in seconds.
  package let leaseDuration: Double

  /// Describes a process; this one where nothing else is said.
  package init(
    store: any JournalStore, holder: LeaseHolder = ProcessIdentity.current.holder(for: ""),
    liveness: @escaping @Sendable (LeaseHolder) -> ProcessLiveness = { ProcessIdentity.current.liveness(of: $0) },
    clock: any EngineClock = SystemClock(), leaseDuration: Double = 30
  ) {
    self.store = store
    self.holder = holder
    self.liveness = liveness
    self.clock = clock
    self.leaseDuration = leaseDuration
  }
}

/// The hosts of a run's inventory, as the engine knows them.
package struct RunHosts: Sendable {
  /// The primitives.
  package let modules: [HostModule]
  /// The locks on the hosts; `nil` where nothing is locked.
  package let locks: (any HostLocks)?
  /// What is asked of hosts about commands that were begun there.
  package let commands: HostCommands
  /// Reads the state of the hosts and their swarms; `nil` where there are none.
  package let snapshot: (@Sendable () async -> SwarmSnapshot)?

  /// Describes hosts; none where nothing is said.
  package init(
    modules: [HostModule] = [], locks: (any HostLocks)? = nil, commands: HostCommands = HostCommands(),
    snapshot: (@Sendable () async -> SwarmSnapshot)? = nil
  ) {
    self.modules = modules
    self.locks = locks
    self.commands = commands
    self.snapshot = snapshot
  }
}

/// How a run is executed.
package struct RunOptions: Sendable {
  /// Answers approvals.
  package var approver: Approver
  /// What to do when the runbook was edited since the run began.
  package var changes: ChangePolicy
  /// What to do when an unfinished run has changed the hosts.
  package var takeOver: TakeOverPolicy
  /// How an execution is limited; not of a rollback.
  package var bounds: ExecutionBounds
  /// Whether everything is replayed after each step, to find what a replay would see differently.
  package var replaysEverything: Bool
  /// Whether a simulated world is used instead of the hosts; the run records that from its first event on.
  package var isSimulated: Bool
  /// How long, in seconds, the running steps of a stopped run may take to finish; then they are cut off.
  package var grace: Double
  /// The bounds of the script.
  package var limits: LuaLimits
  /// How long, in seconds, a script may compute without a pause in a dry run. A dry run does nothing that
  /// takes time, so this is far above what an honest runbook needs.
  package var computeTimeout: Double
  /// How many calls, waits and branches a dry run takes of one step, and of one scope between its steps, before it takes
  /// them for endless: a step that polls each second for a day makes fewer. Of the whole runbook it takes ten times as
  /// many; for each host a hundredth is added to both.
  package var dryRunCalls: Int

  /// The options; where nothing is said, no one is there to answer.
  package init(
    approver: Approver = .nobody, changes: ChangePolicy = .ask { _ in nil },
    takeOver: TakeOverPolicy = .ask { _ in nil },
    bounds: ExecutionBounds = ExecutionBounds(), replaysEverything: Bool = false, isSimulated: Bool = false,
    grace: Double = 120, limits: LuaLimits = LuaLimits(), computeTimeout: Double = 10, dryRunCalls: Int = 100_000
  ) {
    self.approver = approver
    self.changes = changes
    self.takeOver = takeOver
    self.bounds = bounds
    self.replaysEverything = replaysEverything
    self.isSimulated = isSimulated
    self.grace = grace
    self.limits = limits
    self.computeTimeout = computeTimeout
    self.dryRunCalls = dryRunCalls
  }
}

/// What sees a run while it is executed. All must return at once.
package struct RunObserver: Sendable {
  /// Sees every event as it happens.
  package let watch: @Sendable (Event) -> Void
  /// Returns when there is room for more of what commands print.
  package let room: @Sendable () async -> Void
  /// Sees every call of a host module, as events of the kind `call.traced`; `nil` where no one wants to know.
  package let trace: (@Sendable (Event) -> Void)?
  /// Learns which lines of the script were executed; `nil` where no one wants to know.
  package let coverage: LineCoverage?

  /// Describes an observer; one that sees nothing where nothing is said.
  package init(
    watch: @escaping @Sendable (Event) -> Void = { _ in }, room: @escaping @Sendable () async -> Void = {},
    trace: (@Sendable (Event) -> Void)? = nil, coverage: LineCoverage? = nil
  ) {
    self.watch = watch
    self.room = room
    self.trace = trace
    self.coverage = coverage
  }
}
