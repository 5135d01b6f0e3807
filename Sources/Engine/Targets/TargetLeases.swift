import Concurrency
import Foundation
import Journal
import Values

/// The right of one execution to change the targets of its run, taken on the targets themselves, renewed while the run
/// goes on, and looked at before each effect.
///
/// They are taken before the first step of a run that is going to change something, so that what its steps read is not
/// somebody else's work in progress; a run that only reads holds up nobody. A target that can't be asked then is asked
/// again before the first effect on it.
actor TargetLeases {
  /// How many targets are asked at once.
  private static let width = 32
  /// How long the first step waits for targets that do not answer; whether they can be reached is for it to find out.
  private static let patience = 5.0
  /// How often, and after which pause, who has the first manager asks again for a target that another run has: two who
  /// began at once may each have got some, and the one without that manager gives its own back.
  private static let tries = 12
  private static let pause = 0.25
  /// How long a run that has ended tries to leave its targets in order.
  private static let goodbye = 10.0

  private enum Place {
    /// Asked without an answer yet, or not asked.
    case unknown
    case outOfReach(Failure)
    case taken(StandingClaim)
    /// Until that moment nobody else can have it.
    case held(until: ContinuousClock.Instant)
    case lost(Failure)
  }

  private let keeper: any TargetKeeper
  private let environment: RunEnvironment
  private let recorder: Recorder
  private let claim: TargetClaim
  /// The claims of this run's earlier executions, of which none is left.
  private let earlier: Set<String>
  private let failures: TargetFailures
  private let swarm: SwarmLease
  private var hasChanged: Bool
  /// Where each target stands in the inventory, and those that stand for the swarm.
  private let order: [String: Int]
  private let managers: [String]
  private var locations: [String: Place] = [:]
  /// Those of the places that others have.
  private var taken: [String: StandingClaim] = [:]
  /// Those that did not answer the last time.
  private var silent: Set<String> = []
  private var settling: SharedTask<Void>?
  private let begun = StopSignal()
  private let answered = StopSignal()
  private let changed = StopSignal()

  /// `events`: what the run has recorded before.
  init(
    keeper: any TargetKeeper, claim: TargetClaim, environment: RunEnvironment, recorder: Recorder,
    history: RunState, events: [Event]
  ) {
    self.keeper = keeper
    self.claim = claim.lasting(on: keeper.targets.count)
    self.environment = environment
    self.recorder = recorder
    order = Dictionary(
      keeper.targets.enumerated().map { ($0.element, $0.offset) }, uniquingKeysWith: { first, _ in first })
    managers = keeper.managers
    earlier = Self.claims(of: events)
    swarm = SwarmLease(keeper: keeper, environment: environment, holder: claim.holder)
    hasChanged = history.steps.contains { !$0.effects.isEmpty }
    failures = TargetFailures(run: claim.holder.run, isResumed: history.executions > 0)
  }

  /// The claims that a run has made, by what it recorded of its executions.
  private static func claims(of events: [Event]) -> Set<String> {
    Set(events.lazy.compactMap { $0.content(Event.RunStarted.self)?.claim })
  }

  /// Takes all targets, as far as they answer soon. Throws a ``Failure`` when another run has one of them.
  func begin() async throws {
    begun.raise()
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await self.answered.wait() }
      group.addTask { try? await Task.sleep(for: .seconds(Self.patience)) }
      await group.next()
      group.cancelAll()
    }
    try await settle()
  }

  /// Makes sure, before an effect on these hosts, that nobody else changes them or their swarm. Of each of the `choices`
  /// one may do it: those that are out of reach are left out where another one is the run's own.
  func admit(_ hosts: [String], choices: [[String]] = []) async throws {
    begun.raise()
    await answered.wait()
    try Task.checkCancellation()
    try await settle()
    try await swarm.hold()
    if !hasChanged {
      hasChanged = true
      changed.raise()
    }
    try await ensureSwarm()
    for target in targets(among: hosts) { try await ensure(target) }
    for choice in choices { try await ensureOne(of: targets(among: choice)) }
  }

  /// Those of these hosts that are targets, in the order of the inventory. It is asked before each effect, and there may
  /// be thousands of targets.
  private func targets(among hosts: [String]) -> [String] {
    Set(hosts).filter { order[$0] != nil }.sorted { (order[$0] ?? 0) < (order[$1] ?? 0) }
  }

  /// Takes the targets once ``begin()`` or ``admit(_:)`` wants them, and renews them until it is cancelled.
  func keep() async {
    await begun.wait()
    guard begun.isRaised else { return }
    let displaced = Displaced(gone: earlier)
    await each(keeper.targets) { await self.take($0, displaced) }
    answered.raise()
    await withTaskGroup(of: Void.self) { group in
      group.addTask {
        while (try? await Task.sleep(for: .bounded(seconds: self.claim.duration / 3))) != nil {
          await self.renewAll()
          await self.swarm.renew()
        }
      }
      group.addTask {
        // So that the record on the targets says soon that something is being changed.
        await self.changed.wait()
        if self.changed.isRaised { await self.renewAll() }
      }
    }
  }

  /// Gives them back; where the run has changed something and is not over, its record stays.
  func end(isOver: Bool) async {
    settling?.cancel()
    await swarm.release()
    let held = locations.compactMap { target, location in
      if case .held(let end) = location, !silent.contains(target) || end > .now { target } else { nil }
    }
    // What failed before it had begun has changed nothing, though it was about to.
    let mayHaveChanged = await recorder.state.mayHaveChanged
    let (keeper, claim, leavesRecord) = (keeper, claim, hasChanged && mayHaveChanged && !isOver)
    await withTaskGroup(of: Void.self) { group in
      group.addTask {
        await self.each(held.sorted()) { target in
          if leavesRecord {
            try? await keeper.leaveRecord(target, of: claim)
          } else {
            try? await keeper.release(target, of: claim)
          }
        }
      }
      group.addTask { try? await Task.sleep(for: .seconds(Self.goodbye)) }
      await group.next()
      group.cancelAll()
    }
    locations = [:]
    taken = [:]
  }

  // MARK: - One target

  private func put(_ target: String, _ location: Place) {
    locations[target] = location
    if case .taken(let standing) = location { taken[target] = standing } else { taken[target] = nil }
  }

  private func take(_ target: String, _ displaced: Displaced) async {
    let start = ContinuousClock.now
    do {
      switch try await keeper.take(target, for: claim, hasChanged: hasChanged, displacing: displaced) {
      case .granted: put(target, .held(until: start + .bounded(seconds: claim.duration)))
      case .taken(let standing): put(target, .taken(standing))
      case .missing: put(target, .unknown)
      }
    } catch {
      put(target, .outOfReach(FailureMapping.failure(error)))
    }
  }

  private func renew(_ target: String) async throws {
    guard case .held(let end) = locations[target] else { return }
    let start = ContinuousClock.now
    let pause = (start - (end - .bounded(seconds: claim.duration))).seconds
    var answer = try await keeper.renew(target, for: claim, hasChanged: hasChanged)
    // Within its time nobody else can have had it: the record was removed, perhaps by a restart.
    if answer == .missing, start < end {
      answer = try await keeper.take(target, for: claim, hasChanged: hasChanged, displacing: Displaced())
    }
    silent.remove(target)
    switch answer {
    case .granted: put(target, .held(until: start + .bounded(seconds: claim.duration)))
    case .taken(let standing): put(target, .lost(failures.lost(target, to: standing, after: pause)))
    case .missing: put(target, .lost(failures.lost(target, after: pause)))
    }
  }

  /// Makes sure that one manager is the run's own. A manager that is out of reach is not waited for where another one is
  /// there, because a swarm goes on without it.
  private func ensureSwarm() async throws {
    for manager in managers {
      await freshen(manager, among: managers)
      if case .lost(let failure) = locations[manager] { throw failure }
    }
    if !managers.isEmpty, !managers.contains(where: isOwn) { try await ensureFirst(of: managers) }
  }

  /// Makes sure of all of these that can be reached, and that there is one.
  private func ensureOne(of choice: [String]) async throws {
    for target in choice {
      await freshen(target, among: choice)
      if isHeld(target) || isOutOfReach(target) { continue }
      do { try await ensure(target) } catch { if !isOutOfReach(target) { throw error } }
    }
    if !choice.isEmpty, !choice.contains(where: isOwn) { try await ensureFirst(of: choice) }
  }

  /// Makes sure of the first of these that can be reached.
  private func ensureFirst(of choice: [String]) async throws {
    for target in choice {
      do { return try await ensure(target) } catch {
        guard isHeld(target) || isOutOfReach(target), target != choice.last else { throw error }
      }
    }
  }

  /// Renews a claim whose time is over. One that is known to be silent is asked only where no other one would do; it
  /// stays the run's, and is renewed when it is there again.
  private func freshen(_ target: String, among choice: [String]) async {
    guard case .held(let end) = locations[target], end <= .now else { return }
    if silent.contains(target), choice.contains(where: isOwn) { return }
    await renewQuietly(target)
  }

  /// Whether nobody else can have it: it was renewed in time, or as soon as its time was over.
  private func isOwn(_ target: String) -> Bool {
    if case .held(let end) = locations[target] { end > .now || !silent.contains(target) } else { false }
  }

  private func isHeld(_ target: String) -> Bool { if case .held = locations[target] { true } else { false } }

  private func isOutOfReach(_ target: String) -> Bool {
    if case .outOfReach = locations[target] { true } else { false }
  }

  private func ensure(_ target: String) async throws {
    switch locations[target] ?? .unknown {
    case .held(let end) where end > .now: return
    case .held: try await renew(target)
    case .unknown, .outOfReach:
      await take(target, Displaced(gone: earlier))
      try await settle()
    case .taken, .lost: break
    }
    switch locations[target] ?? .unknown {
    case .held: return
    case .lost(let failure), .outOfReach(let failure): throw failure
    case .taken(let standing): throw failures.held([target: standing])
    case .unknown: throw CancellationError()
    }
  }

  // MARK: - All targets

  private func renewAll() async {
    let held = locations.filter { if case .held = $0.value { true } else { false } }.keys.sorted()
    // Those that are silent keep nobody waiting.
    async let others: Void = each(held.filter(silent.contains)) { await self.renewQuietly($0) }
    await each(held.filter { !silent.contains($0) }) { await self.renewQuietly($0) }
    await others
  }

  private func renewQuietly(_ target: String) async {
    do { try await renew(target) } catch { silent.insert(target) }
  }

  private nonisolated func each(_ targets: [String], _ work: @escaping @Sendable (String) async -> Void) async {
    await withTaskGroup(of: Void.self) { group in
      for (index, target) in targets.enumerated() {
        if index >= Self.width { await group.next() }
        group.addTask { await work(target) }
      }
    }
  }

  // MARK: - Others' claims

  /// Decides what the claims of others mean that were found, and displaces those that stand no more.
  private func settle() async throws {
    let task = settling ?? SharedTask { try await self.settleTaken() }
    settling = task
    // What it threw stays: no later effect is let through either.
    try await task.value()
    settling = nil
  }

  private func settleTaken() async throws {
    var left = Self.tries
    while try await !displaceOthers(isLastTry: left == 0) {
      left -= 1
      try await Task.sleep(for: .seconds(Self.pause))
    }
  }

  /// Whether none of the others' claims is left; throws when one of them stands.
  private func displaceOthers(isLastTry: Bool) async throws -> Bool {
    let taken = self.taken
    if taken.isEmpty { return true }
    let (displaced, live, unfinished, own) = try await weigh(Set(taken.values))
    if !live.isEmpty {
      let held = taken.filter { live.contains($0.value.id) }
      guard isFirst, !isLastTry else { throw await givingUp(failures.held(held)) }
      await each(held.keys.sorted()) { await self.take($0, displaced) }
      return false
    }
    let begun = taken.filter { unfinished.contains($0.value.id) }
    if !begun.isEmpty { try await askToTakeOver(begun, own) }
    await each(taken.keys.sorted()) { await self.take($0, displaced) }
    if !self.taken.isEmpty { throw await givingUp(failures.held(self.taken)) }
    return true
  }

  /// Sorts others' claims, by their IDs: those that may be displaced, those whose run goes on, those whose run has
  /// changed something and is not over, and those of this journal's runs.
  private func weigh(
    _ claims: Set<StandingClaim>
  ) async throws -> (displaced: Displaced, live: Set<String>, unfinished: Set<String>, own: Set<String>) {
    var displaced = Displaced(gone: earlier)
    var live: Set<String> = [], unfinished: Set<String> = [], own: Set<String> = []
    for standing in claims {
      let runIsOver = try await isOver(standing)
      if runIsOver != nil { own.insert(standing.id) }
      if runIsOver == true {
        displaced.gone.insert(standing.id)
      } else if lives(standing) {
        live.insert(standing.id)
      } else {
        if standing.hasExpired { displaced.expired.insert(standing.id) } else { displaced.gone.insert(standing.id) }
        if standing.hasChanged { unfinished.insert(standing.id) }
      }
    }
    return (displaced, live, unfinished, own)
  }

  /// Whether its execution goes on: of a process that can be seen from here that is known, whatever the target's clock says.
  private func lives(_ standing: StandingClaim) -> Bool {
    switch environment.liveness(standing.holder) {
    case .alive: !standing.wasLeft
    case .gone: false
    case .unknown: !standing.hasExpired
    }
  }

  /// Whether the run has the first of the managers that can be reached.
  private var isFirst: Bool {
    let first = managers.first { !isOutOfReach($0) }
    return first.map(isHeld) ?? false
  }

  /// Whether the run behind a claim is over, as far as this journal knows it; `nil` when it is not of this journal.
  private func isOver(_ standing: StandingClaim) async throws -> Bool? {
    let store = environment.store
    guard let run = try? await store.run(standing.holder.run), run.id == standing.holder.run else { return nil }
    let events = try await store.events(of: run.id, after: 0)
    return Self.claims(of: events).contains(standing.id) ? RunState(events: events).status.isOver : nil
  }

  private func askToTakeOver(_ begun: [String: StandingClaim], _ own: Set<String>) async throws {
    let runs = Set(begun.values.filter { own.contains($0.id) }.map(\.holder.run)).sorted()
    // What this journal knows to be in doubt is for a person to settle first, whoever wants to go on from what is there.
    for run in runs {
      let state = RunState(events: try await environment.store.events(of: run, after: 0))
      if let doubt = state.doubt(of: run, .targetUnfinished) { throw await givingUp(doubt) }
    }
    let answer: Approver.Answer?
    switch environment.takeOver {
    case .accept(let by): answer = .init(isYes: true, by: by, how: "option")
    case .ask(let ask): answer = try await ask(failures.question(begun))
    }
    guard let answer, answer.isYes else { throw await givingUp(failures.unfinished(begun, own: own)) }
    for run in runs { try await displace(run, by: answer) }
    try await recorder.record(
      recorder.event(
        Event.TargetsTakenOver(
          targets: begun.keys.sorted(), runs: Set(begun.values.map(\.holder.run)).sorted(), by: answer.by,
          how: answer.how)))
  }

  /// Records in the other run's own events that it is over, so that nobody resumes it. Runs of other journals can't be
  /// told.
  private func displace(_ run: String, by answer: Approver.Answer) async throws {
    var holder = claim.holder
    holder.run = run
    let lease = try await RunLease.take("run:\(run)", holder, environment)
    let event = Event(
      at: environment.clock.now(), Event.RunDisplaced(run: claim.holder.run, by: answer.by))
    do {
      // What it has left at work is not to meet what comes now.
      for step in RunState(events: try await environment.store.events(of: run, after: 0)).steps {
        for effect in step.loose where effect.isFoundAgain && effect.outcome == nil {
          // What can't be found any more was declared settled by a person.
          _ = try await environment.commands.end(run, effect)
        }
      }
      _ = try await environment.store.append([event], to: run, under: lease.lease)
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
