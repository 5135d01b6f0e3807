#if DEBUG
  import Engine
  import Foundation
  import Journal
  import Synchronization
  import Values

  /// Ends the process with SIGKILL at one of its fault points: before and after each write to the journal and each
  /// effect. For the tests of crashes; a release build has none.
  ///
  /// A point has a number, counted from 1, and a name for each thing that happens there: `before` or `after`, then the
  /// event's kind or the primitive, then the step's path, as in `after step.started workers/da2/leave its own swarm`.
  /// `RUNBOOK_CRASH_AT` chooses a point by its number, or by a line for each of the names of which the first that comes
  /// counts; `RUNBOOK_CRASH_LOG=FILE` appends the number and each name of every point that was passed.
  final class CrashPoints: Sendable {
    private let chosen: Set<String>
    private let log: String?
    private let passed = Mutex(0)

    /// `nil` when the environment asks for none.
    init?(environment: [String: String] = ProcessInfo.processInfo.environment) {
      chosen = Set((environment["RUNBOOK_CRASH_AT"] ?? "").split(separator: "\n").map(String.init))
      log = environment["RUNBOOK_CRASH_LOG"]
      if chosen.isEmpty && log == nil { return nil }
    }

    /// Passes a point, or does not.
    func pass(_ names: [String]) {
      let number = passed.withLock { passed in
        passed += 1
        return passed
      }
      if let log, let file = fopen(log, "a") {
        for name in names { fputs("\(number) \(name)\n", file) }
        fclose(file)
      }
      guard chosen.contains("\(number)") || !chosen.isDisjoint(with: names) else { return }
      kill(getpid(), SIGKILL)
      // The signal is on its way; nothing more may happen here.
      while true { pause() }
    }

    /// Modules whose changing primitives have a point before and after what they do.
    func around(_ modules: [HostModule]) -> [HostModule] {
      modules.map { module in
        var module = module
        module.primitives = module.primitives.map { primitive in
          guard case .changes = primitive.effect else { return primitive }
          var primitive = primitive
          let name = "\(module.name).\(primitive.name)", perform = primitive.perform
          primitive.perform = { arguments, context in
            self.pass(["before \(name) \(context.path)"])
            let result = try await perform(arguments, context)
            self.pass(["after \(name) \(context.path)"])
            return result
          }
          return primitive
        }
        return module
      }
    }

    /// A journal with a point before and after each write.
    func around(_ store: any JournalStore) -> any JournalStore { Store(inner: store, points: self) }

    private struct Store: JournalStore {
      let inner: any JournalStore
      let points: CrashPoints

      func create(_ run: RunRecord, events: [Event]) async throws -> [Event] {
        points.pass(["before create"])
        defer { points.pass(["after create"]) }
        return try await inner.create(run, events: events)
      }

      func append(_ events: [Event], to run: String, under lease: Lease?) async throws -> [Event] {
        let names = events.map { event in event.kind.rawValue + (event.path.map { " \($0)" } ?? "") }
        points.pass(names.map { "before \($0)" })
        defer { points.pass(names.map { "after \($0)" }) }
        return try await inner.append(events, to: run, under: lease)
      }

      func events(of run: String, after sequence: Int64) async throws -> [Event] {
        try await inner.events(of: run, after: sequence)
      }
      func run(_ id: String) async throws -> RunRecord? { try await inner.run(id) }
      func runs() async throws -> [RunRecord] { try await inner.runs() }
      func acquire(
        _ key: String, for holder: LeaseHolder, duration: TimeInterval, isGone: @Sendable (LeaseHolder) -> Bool
      ) async throws -> LeaseAnswer {
        try await inner.acquire(key, for: holder, duration: duration, isGone: isGone)
      }
      func renew(_ lease: Lease, duration: TimeInterval) async throws -> Lease {
        try await inner.renew(lease, duration: duration)
      }
      func release(_ lease: Lease) async throws { try await inner.release(lease) }
      func leases() async throws -> [Lease] { try await inner.leases() }
    }
  }
#endif
