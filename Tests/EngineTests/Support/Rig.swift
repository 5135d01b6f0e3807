import CrashTesting
import Engine
import Foundation
import Journal
import LuaVM
import Synchronization
import TestSupport
import Testing
import Values

/// A runbook in a folder of its own, with a host module whose calls are written down, and a journal in memory.
final class Rig: Sendable {
  let folder: URL
  let store: any JournalStore
  let world = FakeWorld()
  let stop = StopSignal()
  let seen = Mutex<[Event]>([])
  let hosts: HostDirectory

  /// One manager and two workers, with a stack.
  static let threeHosts = HostDirectory(
    hosts: [
      HostView(name: "m", address: "10.0.0.1", role: "manager", services: ["admin"]),
      HostView(name: "w1", address: "10.0.0.2", role: "worker", services: ["policy"]),
      HostView(name: "w2", address: "10.0.0.3", role: "worker", services: []),
    ], stack: ["name": "da"])

  init(store: any JournalStore = InMemoryJournalStore(), hosts: HostDirectory = threeHosts) throws {
    self.store = store
    self.hosts = hosts
    folder = FileManager.default.temporaryDirectory.appending(path: "engine-tests-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  /// Writes the file of a module.
  func write(_ name: String, _ text: String) throws {
    try text.write(to: folder.appending(path: name), atomically: true, encoding: .utf8)
  }

  /// Writes a runbook whose function has this body.
  func body(_ text: String, params: String = "") throws {
    try write("test.lua", "return runbook { summary = \"test\",\n\(params) function(run)\n\(text)\nend }")
  }

  var source: RunSource {
    RunSource(
      runbook: "test.lua", runbookPath: folder.appending(path: "test.lua").path, inventoryPath: nil,
      inventoryText: nil, hosts: hosts, modulePath: ModulePath(folders: []), folder: folder.path)
  }

  func runner(
    store: (any JournalStore)? = nil, pid: Int32 = 1, approver: Approver = .nobody, memory: Int? = nil,
    changes: ChangePolicy = .ask { _ in nil }, locks: (any HostLocks)? = nil,
    takeOver: TakeOverPolicy = .ask { _ in nil }, leaseDuration: Double = 30,
    replays: Bool = false,
    removeTraces: @escaping @Sendable (_ run: String, _ hosts: Set<String>) async -> Void = { _, _ in },
    snapshot: (@Sendable () async -> SwarmSnapshot)? = nil, bounds: ExecutionBounds = ExecutionBounds(),
    stop: StopSignal? = nil, trace: (@Sendable (Event) -> Void)? = nil,
    liveness: @escaping @Sendable (LeaseHolder) -> ProcessLiveness = { _ in .unknown }
  ) -> Runner {
    var limits = LuaLimits()
    if let memory { limits.memoryBytes = memory }
    return Runner(
      RunEnvironment(
        services(store: store, pid: pid, leaseDuration: leaseDuration, liveness: liveness),
        hosts: RunHosts(
          modules: [world.module], locks: locks, commands: world.commands(removeTraces), snapshot: snapshot),
        options: RunOptions(
          approver: approver, changes: changes, takeOver: takeOver, bounds: bounds, replaysEverything: replays,
          limits: limits, computeTimeout: 1, dryRunCalls: 10_000),
        observer: RunObserver(
          // Weak, because a hook of the world may hold the runner.
          watch: { [weak self] event in self?.seen.withLock { $0.append(event) } }, trace: trace),
        stop: stop ?? self.stop))
  }

  /// What a process of that number has.
  func services(
    store: (any JournalStore)? = nil, pid: Int32, leaseDuration: Double = 30,
    liveness: @escaping @Sendable (LeaseHolder) -> ProcessLiveness = { _ in .unknown }
  ) -> RunServices {
    RunServices(
      store: store ?? self.store,
      holder: LeaseHolder(machine: "here", bootID: "b", processID: pid, processStart: 1, user: "op", run: ""),
      liveness: liveness, leaseDuration: leaseDuration)
  }

  /// What an operator does to runs from another process.
  ///
  /// - Parameter othersAreGone: Whether all other processes are known to have ended.
  func control(pid: Int32 = 9, othersAreGone: Bool = false) -> RunControl {
    RunControl(services(pid: pid, liveness: { othersAreGone && $0.processID != pid ? .gone : .unknown }))
  }

  /// Creates a run and executes it within bounds.
  func run(within bounds: ExecutionBounds) async throws -> RunOutcome {
    let stop = StopSignal(), runner = runner(bounds: bounds, stop: stop)
    let record = try #require(try await runner.create(source, parameters: [:], id: RunID(validating: "run1")))
    return try await runner.execute(record, source)
  }

  /// Executes the run again, within bounds.
  func resume(within bounds: ExecutionBounds) async throws -> RunOutcome {
    let record = try #require(try await store.run("run1"))
    return try await runner(pid: 2, bounds: bounds, stop: StopSignal()).execute(record, source)
  }

  /// A runner in a process that may die, with a clock that does not make anybody wait.
  func runner(
    in process: MortalProcess, clock: any EngineClock, approver: Approver, changes: ChangePolicy = .ask { _ in nil }
  ) -> Runner {
    Runner(
      RunEnvironment(
        RunServices(
          store: process.around(store), holder: process.holder,
          liveness: { $0.processID != process.holder.processID ? .gone : .unknown }, clock: clock),
        hosts: RunHosts(modules: process.around([world.module]), commands: world.commands()),
        options: RunOptions(approver: approver, changes: changes, computeTimeout: 60)))
  }

  /// Creates a run and executes it.
  func run(_ parameters: [String: String] = [:], approver: Approver = .nobody) async throws -> RunOutcome {
    let record = try await create(parameters)
    return try await runner(approver: approver).execute(record, source)
  }

  func create(_ parameters: [String: String] = [:], id: String = "run1") async throws -> RunRecord {
    guard
      let record = try await runner().create(
        source, parameters: parameters, id: RunID(validating: id))
    else {
      throw Failure("test.stopped", "stopped before it began")
    }
    return record
  }

  /// Executes the run again, as a process that comes after the first.
  func resume(
    approver: Approver = .nobody, changes: ChangePolicy = .ask { _ in nil }
  ) async throws -> RunOutcome {
    guard let record = try await store.run("run1") else { throw Failure("test.none", "no run") }
    return try await runner(pid: 2, approver: approver, changes: changes).execute(record, source)
  }

  func state() async throws -> RunState { RunState(events: try await store.events(of: "run1", after: 0)) }

  /// Returns when an event of that kind has happened.
  func sees(_ kind: EventKind) async throws {
    try await eventually("\(kind.rawValue)") { seen.withLock { $0.contains { $0.kind == kind } } }
  }

  func events(_ kind: EventKind) async throws -> [Event] {
    try await store.events(of: "run1", after: 0).filter { $0.kind == kind }
  }
}

extension Rig {
  /// Starts a run, or its rollback, whose process dies as soon as so many jobs were begun.
  func killed(after calls: Int, approver: Approver = .nobody, isRollback: Bool = false) async throws {
    let process = MortalProcess(isRollback ? 3 : 1), world = world
    world.onCall { _ in
      if world.begun >= calls { process.kill() }
    }
    let runner = runner(in: process, clock: SkippingClock(), approver: approver)
    var record = try await store.run("run1")
    if record == nil { record = try await runner.create(source, parameters: [:], id: RunID(validating: "run1")) }
    _ = try? await isRollback ? runner.rollback(record!, source) : runner.execute(record!, source)
    #expect(process.isDead)
    world.onCall { _ in }
  }

  /// Starts a run, and cuts it off as soon as a host has said that work was begun there.
  func cutOff() async throws -> RunRecord {
    let record = try await create(), runner = runner(pid: 1), source = source
    let running = Task { try await runner.execute(record, source) }
    try await sees(.effectLaunched)
    running.cancel()
    _ = try? await running.value
    return record
  }

  /// Executes the run, or its rollback, as a process that comes after.
  func goOn(
    approver: Approver = .nobody, process: Int32 = 2, changes: ChangePolicy = .ask { _ in nil },
    isRollback: Bool = false
  ) async throws -> RunOutcome {
    let record = try #require(try await store.run("run1"))
    let runner = runner(in: MortalProcess(process), clock: SkippingClock(), approver: approver, changes: changes)
    return try await isRollback ? runner.rollback(record, source) : runner.execute(record, source)
  }

  /// How often each piece of work was begun.
  var begun: [String: Int] {
    Dictionary(world.calls.filter { $0.hasPrefix("job ") }.map { ($0, 1) }, uniquingKeysWith: +)
  }
}

/// Runs the work and gives the failure that it throws.
func failure(of work: () async throws -> some Any) async -> Failure? {
  do {
    _ = try await work()
    return nil
  } catch { return error as? Failure }
}

extension RunOutcome {
  var failure: Failure? {
    switch self {
    case .failed(let failure), .concluded(let failure), .refused(let failure): failure
    default: nil
    }
  }
}
