import Concurrency
import Foundation
import Journal
import Values

/// The locks of one execution on the hosts of its run, taken on the hosts themselves, renewed while the run is executed,
/// and checked before each effect.
///
/// They are taken before the first step of a run that is going to change something, so that what its steps read is not
/// another run's work in progress; a run that only reads takes none. A host that can't be asked then is asked again
/// before the first effect on it.
actor RunLocks {
  /// How many hosts are asked at once.
  private static let width = 32
  /// How long the first step waits for hosts that do not answer; whether they can be reached is for it to find out.
  private static let answerTimeout: Duration = .seconds(5)
  /// How often, and after which pause, the run that has the first leading host asks again for a host that another run has:
  /// two that began at once may each have got some, and the one without that leading host gives its own back.
  private static let tries = 12
  private static let pause = 0.25
  /// How long a run that has ended tries to leave its hosts in order.
  private static let releaseTimeout: Duration = .seconds(10)

  private enum Status {
    /// Asked without an answer yet, or not asked.
    case unknown
    case outOfReach(Failure)
    case taken(HeldLock)
    /// Until that moment no other run can take it.
    case held(until: ContinuousClock.Instant)
    case lost(Failure)
  }

  private let locks: any HostLocks
  private let environment: RunEnvironment
  private let recorder: Recorder
  private let request: LockRequest
  /// The locks of this run's earlier executions, of which none is left.
  private let earlier: Set<String>
  private let failures: HostLockFailures
  private let system: SharedSystemLease
  private var hasChanged: Bool
  /// The index of each host in the inventory, and the hosts that lead.
  private let order: [String: Int]
  private let leadingHosts: [String]
  private var statuses: [String: Status] = [:]
  /// Those that other runs have.
  private var taken: [String: HeldLock] = [:]
  /// Those that did not answer the last time.
  private var silent: Set<String> = []
  private var settling: SharedTask<Void>?
  private let begun = StopSignal()
  private let answered = StopSignal()
  private let changed = StopSignal()

  /// `events`: what the run has recorded before.
  init(
    locks: any HostLocks, request: LockRequest, environment: RunEnvironment, recorder: Recorder,
    history: RunState, events: [Event]
  ) {
    self.locks = locks
    self.request = request.lasting(on: locks.hosts.count)
    self.environment = environment
    self.recorder = recorder
    order = Dictionary(
      locks.hosts.enumerated().map { ($0.element, $0.offset) }, uniquingKeysWith: { first, _ in first })
    leadingHosts = locks.leadingHosts
    earlier = Self.locks(of: events)
    system = SharedSystemLease(locks: locks, services: environment.services, holder: request.holder)
    hasChanged = history.steps.contains { !$0.effects.isEmpty }
    failures = HostLockFailures(run: request.holder.run, isResumed: history.executions > 0)
  }

  /// The IDs of the locks that a run has asked for, by what it recorded of its executions.
  private static func locks(of events: [Event]) -> Set<String> {
    Set(events.lazy.compactMap { $0.content(Event.RunStarted.self)?.lock })
  }

  /// Takes all hosts, as far as they answer soon. Throws a ``Failure`` when another run has one of them.
  func begin() async throws {
    begun.raise()
    _ = try? await withTimeLimit(Self.answerTimeout) { await self.answered.wait() }
    try await settle()
  }

  /// Makes sure, before an effect on these hosts, that no other run changes them or their system. Of each of the
  /// `choices` one may do it: those that are out of reach are left out where another one is the run's own.
  func admit(_ hosts: [String], choices: [[String]] = []) async throws {
    begun.raise()
    await answered.wait()
    try Task.checkCancellation()
    try await settle()
    try await system.hold()
    if !hasChanged {
      hasChanged = true
      changed.raise()
    }
    try await ensureLeadingHost()
    for host in known(hosts) { try await ensure(host) }
    for choice in choices { try await ensureOne(of: known(choice)) }
  }

  /// Those of these that are hosts of the inventory, in its order. It is asked before each effect, and there may
  /// be thousands of hosts.
  private func known(_ hosts: [String]) -> [String] {
    Set(hosts).filter { order[$0] != nil }.sorted { (order[$0] ?? 0) < (order[$1] ?? 0) }
  }

  /// Takes the hosts once ``begin()`` or ``admit(_:)`` wants them, and renews them until it is cancelled.
  func keep() async {
    await begun.wait()
    guard begun.isRaised else { return }
    let takenOver = TakenOver(gone: earlier)
    await forEachConcurrently(locks.hosts, limit: Self.width) { await self.take($0, takenOver) }
    answered.raise()
    await withTaskGroup(of: Void.self) { group in
      group.addTask {
        while (try? await Task.sleep(for: .bounded(seconds: self.request.duration / 3))) != nil {
          await self.renewAll()
          await self.system.renew()
        }
      }
      group.addTask {
        // So that the record on the hosts says soon that something is being changed.
        await self.changed.wait()
        if self.changed.isRaised { await self.renewAll() }
      }
    }
  }

  /// Gives them back; where the run has changed something and is not over, its record stays.
  func end(isOver: Bool) async {
    settling?.cancel()
    await system.release()
    let held = statuses.compactMap { host, status in
      if case .held(let end) = status, !silent.contains(host) || end > .now { host } else { nil }
    }
    // What failed before it had begun has changed nothing, though it was about to.
    let mayHaveChanged = await recorder.state.mayHaveChanged
    let (locks, request, leavesRecord) = (locks, request, hasChanged && mayHaveChanged && !isOver)
    _ = try? await withTimeLimit(Self.releaseTimeout) {
      await forEachConcurrently(held.sorted(), limit: Self.width) { host in
        if leavesRecord {
          try? await locks.leaveRecord(host, of: request)
        } else {
          try? await locks.release(host, of: request)
        }
      }
    }
    statuses = [:]
    taken = [:]
  }

  // MARK: - One host

  private func put(_ host: String, _ status: Status) {
    statuses[host] = status
    if case .taken(let lock) = status { taken[host] = lock } else { taken[host] = nil }
  }

  private func take(_ host: String, _ takingOver: TakenOver) async {
    let start = ContinuousClock.now
    do {
      switch try await locks.take(host, for: request, hasChanged: hasChanged, takingOver: takingOver) {
      case .granted: put(host, .held(until: start + .bounded(seconds: request.duration)))
      case .taken(let lock): put(host, .taken(lock))
      case .missing: put(host, .unknown)
      }
    } catch {
      put(host, .outOfReach(FailureMapping.failure(error)))
    }
  }

  private func renew(_ host: String) async throws {
    guard case .held(let end) = statuses[host] else { return }
    let start = ContinuousClock.now
    let pause = (start - (end - .bounded(seconds: request.duration))).seconds
    var answer = try await locks.renew(host, for: request, hasChanged: hasChanged)
    // Within its time no other run can have had it: the record was removed, perhaps by a restart.
    if answer == .missing, start < end {
      answer = try await locks.take(host, for: request, hasChanged: hasChanged, takingOver: TakenOver())
    }
    silent.remove(host)
    switch answer {
    case .granted: put(host, .held(until: start + .bounded(seconds: request.duration)))
    case .taken(let lock): put(host, .lost(failures.lost(host, to: lock, after: pause)))
    case .missing: put(host, .lost(failures.lost(host, after: pause)))
    }
  }

  /// Makes sure that one leading host is the run's own. One that is out of reach is not waited for where another one is
  /// there, because the system works without it.
  private func ensureLeadingHost() async throws {
    for host in leadingHosts {
      await freshen(host, among: leadingHosts)
      if case .lost(let failure) = statuses[host] { throw failure }
    }
    if !leadingHosts.isEmpty, !leadingHosts.contains(where: isOwn) { try await ensureFirst(of: leadingHosts) }
  }

  /// Makes sure of all of these that can be reached, and that there is one.
  private func ensureOne(of choice: [String]) async throws {
    for host in choice {
      await freshen(host, among: choice)
      if isHeld(host) || isOutOfReach(host) { continue }
      do { try await ensure(host) } catch { if !isOutOfReach(host) { throw error } }
    }
    if !choice.isEmpty, !choice.contains(where: isOwn) { try await ensureFirst(of: choice) }
  }

  /// Makes sure of the first of these that can be reached.
  private func ensureFirst(of choice: [String]) async throws {
    for host in choice {
      do { return try await ensure(host) } catch {
        guard isHeld(host) || isOutOfReach(host), host != choice.last else { throw error }
      }
    }
  }

  /// Renews a lock whose time is over. One that is known to be silent is asked only where no other one would do; it
  /// stays the run's, and is renewed when it is there again.
  private func freshen(_ host: String, among choice: [String]) async {
    guard case .held(let end) = statuses[host], end <= .now else { return }
    if silent.contains(host), choice.contains(where: isOwn) { return }
    await renewQuietly(host)
  }

  /// Whether no other run can have it: it was renewed in time, or as soon as its time was over.
  private func isOwn(_ host: String) -> Bool {
    if case .held(let end) = statuses[host] { end > .now || !silent.contains(host) } else { false }
  }

  private func isHeld(_ host: String) -> Bool { if case .held = statuses[host] { true } else { false } }

  private func isOutOfReach(_ host: String) -> Bool {
    if case .outOfReach = statuses[host] { true } else { false }
  }

  private func ensure(_ host: String) async throws {
    switch statuses[host] ?? .unknown {
    case .held(let end) where end > .now: return
    case .held: try await renew(host)
    case .unknown, .outOfReach:
      await take(host, TakenOver(gone: earlier))
      try await settle()
    case .taken, .lost: break
    }
    switch statuses[host] ?? .unknown {
    case .held: return
    case .lost(let failure), .outOfReach(let failure): throw failure
    case .taken(let lock): throw failures.held([host: lock])
    case .unknown: throw CancellationError()
    }
  }

  // MARK: - All hosts

  private func renewAll() async {
    let held = statuses.filter { if case .held = $0.value { true } else { false } }.keys.sorted()
    // The others do not wait for those that are silent.
    let isSilent = silent
    async let others: Void = forEachConcurrently(held.filter(isSilent.contains), limit: Self.width) {
      await self.renewQuietly($0)
    }
    await forEachConcurrently(held.filter { !isSilent.contains($0) }, limit: Self.width) {
      await self.renewQuietly($0)
    }
    await others
  }

  private func renewQuietly(_ host: String) async {
    do { try await renew(host) } catch { silent.insert(host) }
  }

  // MARK: - Others' locks

  /// Decides what the locks of others mean that were found, and takes over those that no longer count.
  private func settle() async throws {
    let task = settling ?? SharedTask { try await self.settleTaken() }
    settling = task
    // What it threw stays: no later effect is let through either.
    try await task.value()
    settling = nil
  }

  private func settleTaken() async throws {
    var left = Self.tries
    while try await !takeOverOthers(isLastTry: left == 0) {
      left -= 1
      try await Task.sleep(for: .seconds(Self.pause))
    }
  }

  /// Whether none of the others' locks is left; throws when one of them counts.
  private func takeOverOthers(isLastTry: Bool) async throws -> Bool {
    let taken = self.taken
    if taken.isEmpty { return true }
    let (takenOver, live, unfinished, own) = try await weigh(Set(taken.values))
    if !live.isEmpty {
      let held = taken.filter { live.contains($0.value.id) }
      guard isFirst, !isLastTry else { throw await givingUp(failures.held(held)) }
      await forEachConcurrently(held.keys.sorted(), limit: Self.width) { await self.take($0, takenOver) }
      return false
    }
    let begun = taken.filter { unfinished.contains($0.value.id) }
    if !begun.isEmpty { try await askToTakeOver(begun, own) }
    await forEachConcurrently(taken.keys.sorted(), limit: Self.width) { await self.take($0, takenOver) }
    if !self.taken.isEmpty { throw await givingUp(failures.held(self.taken)) }
    return true
  }

  /// Sorts others' locks, by their IDs: those that may be taken over, those whose run is executed, those whose run has
  /// changed something and is not over, and those of this journal's runs.
  private func weigh(
    _ locks: Set<HeldLock>
  ) async throws -> (takenOver: TakenOver, live: Set<String>, unfinished: Set<String>, own: Set<String>) {
    var takenOver = TakenOver(gone: earlier)
    var live: Set<String> = [], unfinished: Set<String> = [], own: Set<String> = []
    for lock in locks {
      let runIsOver = try await isOver(lock)
      if runIsOver != nil { own.insert(lock.id) }
      if runIsOver == true {
        takenOver.gone.insert(lock.id)
      } else if lives(lock) {
        live.insert(lock.id)
      } else {
        if lock.hasExpired { takenOver.expired.insert(lock.id) } else { takenOver.gone.insert(lock.id) }
        if lock.hasChanged { unfinished.insert(lock.id) }
      }
    }
    return (takenOver, live, unfinished, own)
  }

  /// Whether its execution is still there: of a process that can be seen from here that is known, whatever the host's clock says.
  private func lives(_ lock: HeldLock) -> Bool {
    switch environment.services.liveness(lock.holder) {
    case .alive: !lock.wasLeft
    case .gone: false
    case .unknown: !lock.hasExpired
    }
  }

  /// Whether the run has the first of the leading hosts that can be reached.
  private var isFirst: Bool {
    let first = leadingHosts.first { !isOutOfReach($0) }
    return first.map(isHeld) ?? false
  }

  /// Whether the run behind a lock is over, as far as this journal knows it; `nil` when it is not of this journal.
  private func isOver(_ lock: HeldLock) async throws -> Bool? {
    let store = environment.services.store
    guard let run = try? await store.run(lock.holder.run), run.id == lock.holder.run else { return nil }
    let events = try await store.events(of: run.id, after: 0)
    return Self.locks(of: events).contains(lock.id) ? RunState(events: events).status.isOver : nil
  }

  private func askToTakeOver(_ begun: [String: HeldLock], _ own: Set<String>) async throws {
    let runs = Set(begun.values.filter { own.contains($0.id) }.map(\.holder.run)).sorted()
    // What this journal knows to be in doubt is for a person to settle first, whoever wants to go on from what is there.
    for run in runs {
      let state = RunState(events: try await environment.services.store.events(of: run, after: 0))
      if let doubt = state.doubt(of: run, .hostUnfinished) { throw await givingUp(doubt) }
    }
    let answer: Approver.Answer?
    switch environment.options.takeOver {
    case .accept(let by): answer = .init(isYes: true, by: by, how: "option")
    case .ask(let ask): answer = try await ask(failures.question(begun))
    }
    guard let answer, answer.isYes else { throw await givingUp(failures.unfinished(begun, own: own)) }
    for run in runs { try await displace(run, by: answer) }
    try await recorder.record(
      recorder.event(
        Event.HostsTakenOver(
          hosts: begun.keys.sorted(), runs: Set(begun.values.map(\.holder.run)).sorted(), by: answer.by,
          how: answer.how)))
  }

  /// Records in the other run's own events that it is over, so that it is not resumed. Runs of other journals are out of
  /// reach.
  private func displace(_ run: String, by answer: Approver.Answer) async throws {
    var holder = request.holder
    holder.run = run
    let lease = try await RunLease.take("run:\(run)", holder, environment.services)
    let event = Event(
      at: environment.services.clock.now(), Event.RunDisplaced(run: request.holder.run, by: answer.by))
    do {
      // What it has left at work is not to meet what comes now.
      for step in RunState(events: try await environment.services.store.events(of: run, after: 0)).steps {
        for effect in step.loose where effect.isFoundAgain && effect.outcome == nil {
          // What can't be found any more was declared settled by a person.
          _ = try await environment.hosts.commands.end(run, effect)
        }
      }
      _ = try await environment.services.store.append([event], to: run, under: lease.lease)
    } catch {
      await lease.release()
      throw error
    }
    await lease.release()
  }

  private func givingUp(_ failure: Failure) async -> Failure {
    await end(isOver: false)
    return failure
  }
}

extension LockRequest {
  /// How many hosts are renewed in time, three times within the duration of their lock.
  private static let usualHosts = 500
  /// How many are renewed in a second at most, beyond those. A run on thousands of hosts would otherwise be busy with
  /// nothing but their locks.
  private static let renewalsPerSecond = 50.0

  /// The same request, as long as so many hosts need.
  func lasting(on hosts: Int) -> LockRequest {
    var request = self
    request.duration += 3 * Double(max(0, hosts - Self.usualHosts)) / Self.renewalsPerSecond
    return request
  }
}
