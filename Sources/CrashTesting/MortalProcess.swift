import Engine
import Foundation
import Journal
import LuaVM
import Synchronization
import Values

/// A process, inside this one, that dies at one of its moments. From then on it does nothing any more, in none of its
/// branches.
package final class MortalProcess: CrashMoments {
  /// An error that the rest of a dead process's script can't catch.
  package struct Death: UncatchableError {}

  /// When it dies.
  package enum End: Sendable, Hashable {
    /// Not at all.
    case never
    /// At the moment of that number, counted from 1.
    case moment(Int)
    /// At the first moment of that name.
    case name(String)
  }

  /// Its identity to other processes.
  package let holder: LeaseHolder
  private let end: End
  private let state = Mutex((names: [[String]](), isDead: false))

  /// Begins, as the process of that number.
  package init(_ id: Int32, end: End = .never) {
    holder = LeaseHolder(machine: "here", bootID: "b", processID: id, processStart: 1, user: "op", run: "")
    self.end = end
  }

  /// The names of the moments that have come, the last one included.
  package var moments: [[String]] { state.withLock { $0.names } }
  /// Whether it has died.
  package var isDead: Bool { state.withLock { $0.isDead } }

  /// Dies now: its next moment is its last.
  package func kill() { state.withLock { $0.isDead = true } }

  /// Passes a moment, or dies; a dead one dies again.
  package func pass(_ names: [String]) throws {
    let isDead = state.withLock { state in
      guard !state.isDead else { return true }
      state.names.append(names)
      state.isDead =
        switch end {
        case .never: false
        case .moment(let number): state.names.count >= number
        case .name(let name): names.contains(name)
        }
      return state.isDead
    }
    if isDead { throw Death() }
  }
}

/// The moments of an execution at which it may die: before and after each write to the journal and each effect.
///
/// A moment has a name for each thing that happens there: `before` or `after`, then the event's kind or the primitive,
/// then the step's path, as in `after step.started workers/da2/leave its own swarm`.
package protocol CrashMoments: Sendable {
  /// Passes a moment; throws, or never returns, when it is the last one.
  func pass(_ names: [String]) throws
  /// Whether the last moment has come.
  var isDead: Bool { get }
}

extension CrashMoments {
  /// Modules whose changing primitives have a moment before and after what they do.
  package func around(_ modules: [HostModule]) -> [HostModule] {
    modules.map { module in
      module.mapping { name, primitive in
        guard case .changes = primitive.effect else { return primitive }
        var primitive = primitive
        let perform = primitive.perform
        primitive.perform = { arguments, context in
          try self.pass(["before \(name) \(context.path)"])
          let result = try await perform(arguments, context)
          try self.pass(["after \(name) \(context.path)"])
          return result
        }
        return primitive
      }
    }
  }

  /// A journal with a moment before and after each write.
  package func around(_ store: any JournalStore) -> any JournalStore { CrashingStore(inner: store, moments: self) }
}

/// A journal whose writer may die at each write. Reads and leases do no harm.
struct CrashingStore: RelayingStore {
  let inner: any JournalStore
  let moments: any CrashMoments

  func create(_ run: RunRecord, events: [Event]) async throws -> [Event] {
    try await passing(["create"]) { try await inner.create(run, events: events) }
  }

  func append(_ events: [Event], to run: String, under lease: Lease?) async throws -> [Event] {
    let names = events.map { event in event.kind.rawValue + (event.path.map { " \($0)" } ?? "") }
    return try await passing(names) { try await inner.append(events, to: run, under: lease) }
  }

  /// A dead process releases nothing.
  func release(_ lease: Lease) async throws { if !moments.isDead { try await inner.release(lease) } }

  private func passing<Result>(_ names: [String], _ write: () async throws -> Result) async throws -> Result {
    try moments.pass(names.map { "before \($0)" })
    let result = try await write()
    try moments.pass(names.map { "after \($0)" })
    return result
  }
}

/// A journal that asks another one for everything that it does not do itself.
package protocol RelayingStore: JournalStore {
  /// The journal that is asked.
  var inner: any JournalStore { get }
}

// The protocol of the journal documents its requirements.
// swift-format-ignore: AllPublicDeclarationsHaveDocumentation
extension RelayingStore {
  package func create(_ run: RunRecord, events: [Event]) async throws -> [Event] {
    try await inner.create(run, events: events)
  }
  package func append(_ events: [Event], to run: String, under lease: Lease?) async throws -> [Event] {
    try await inner.append(events, to: run, under: lease)
  }
  package func events(of run: String, after sequence: Int64) async throws -> [Event] {
    try await inner.events(of: run, after: sequence)
  }
  package func newest(_ kinds: [EventKind], of run: String, after sequence: Int64) async throws -> Event? {
    try await inner.newest(kinds, of: run, after: sequence)
  }
  package func run(_ id: String) async throws -> RunRecord? { try await inner.run(id) }
  package func runs() async throws -> [RunRecord] { try await inner.runs() }
  package func acquire(
    _ key: String, for holder: LeaseHolder, duration: TimeInterval,
    liveness: @Sendable (LeaseHolder) -> ProcessLiveness
  ) async throws -> LeaseAnswer {
    try await inner.acquire(key, for: holder, duration: duration, liveness: liveness)
  }
  package func renew(_ lease: Lease, duration: TimeInterval) async throws -> Lease {
    try await inner.renew(lease, duration: duration)
  }
  package func release(_ lease: Lease) async throws { try await inner.release(lease) }
  package func leases() async throws -> [Lease] { try await inner.leases() }
}
