import Foundation
import Values

// The protocol documents its requirements.
// swift-format-ignore: AllPublicDeclarationsHaveDocumentation
/// A journal that ends with the process: for tests and simulated runs.
package actor InMemoryJournalStore: JournalStore {
  private var records: [String: RunRecord] = [:]
  private var order: [String] = []
  private var history: [String: [Event]] = [:]
  private var entries: [String: LeaseRules.Entry] = [:]
  private let now: @Sendable () -> Date
  private let boot: @Sendable () -> BootTime?
  private var time: LeaseTime { LeaseTime(wall: now(), boot: boot()) }

  /// An empty journal. `now` and `boot` are the clocks that leases expire by.
  package init(
    now: @escaping @Sendable () -> Date = { Date() }, boot: @escaping @Sendable () -> BootTime? = { BootTime.now }
  ) {
    self.now = now
    self.boot = boot
  }

  package func create(_ run: RunRecord, events: [Event]) async throws -> [Event] {
    _ = try RunID(validating: run.id)
    guard records[run.id] == nil else { throw Failure.runExists(run.id) }
    var record = run
    record.createdAt = JournalTime.rounded(run.createdAt)
    let stored = try add(events, to: run.id)
    records[run.id] = record
    order.append(run.id)
    return stored
  }

  package func append(_ events: [Event], to run: String, under lease: Lease?) async throws -> [Event] {
    guard records[run] != nil else { throw Failure.unknownRun(run) }
    if let lease { try LeaseRules.verify(lease, entry: entries[lease.key] ?? LeaseRules.Entry()) }
    return try add(events, to: run)
  }

  private func add(_ events: [Event], to run: String) throws -> [Event] {
    var sequence = history[run]?.last?.sequence ?? 0
    let stored = try events.map { event in
      sequence += 1
      return try event.stored(as: sequence)
    }
    history[run, default: []].append(contentsOf: stored)
    return stored
  }

  package func events(of run: String, after sequence: Int64) async throws -> [Event] {
    guard let events = history[run] else { throw Failure.unknownRun(run) }
    // Numbers have no gaps, so the number is the index.
    return Array(events.dropFirst(max(0, Int(clamping: sequence))))
  }

  package func run(_ id: String) async throws -> RunRecord? {
    if let record = records[id] { return record }
    let matches = id.isEmpty ? [] : order.filter { $0.hasPrefix(id) }.sorted()
    guard matches.count <= 1 else { throw Failure.ambiguousRun(id, matches: matches) }
    return matches.first.flatMap { records[$0] }
  }

  package func runs() async throws -> [RunRecord] {
    // The later one first, even among runs of the same microsecond.
    let newestFirst = order.reversed().compactMap { records[$0] }
    return newestFirst.enumerated()
      .sorted { ($1.element.createdAt, $0.offset) < ($0.element.createdAt, $1.offset) }
      .map { _, record in
        var bare = record
        bare.files = []
        return bare
      }
  }

  package func acquire(
    _ key: String, for holder: LeaseHolder, duration: TimeInterval,
    liveness: @Sendable (LeaseHolder) -> ProcessLiveness
  ) async throws -> LeaseAnswer {
    let entry = entries[key] ?? LeaseRules.Entry()
    let known = entry.lease.map { LeaseRules.Known($0, liveness($0.holder)) }
    let (answer, changed) = LeaseRules.acquire(
      key, for: holder, duration: duration, at: time, entry: entry, known: known)
    entries[key] = changed
    return answer
  }

  package func renew(_ lease: Lease, duration: TimeInterval) async throws -> Lease {
    let entry = entries[lease.key] ?? LeaseRules.Entry()
    let renewed = try LeaseRules.renew(lease, duration: duration, at: time, entry: entry)
    entries[lease.key] = LeaseRules.Entry(fence: entry.fence, lease: renewed)
    return renewed
  }

  package func release(_ lease: Lease) async throws {
    guard let entry = entries[lease.key], LeaseRules.isHeld(lease, entry: entry) else { return }
    entries[lease.key]?.lease = nil
  }

  package func leases() async throws -> [Lease] {
    entries.values.compactMap(\.lease).sorted { $0.key < $1.key }
  }
}

extension Event {
  /// The event as a store returns it. A name with a NUL character is refused: a database would cut it off there,
  /// and a step would no longer find its checkpoint.
  func stored(as sequence: Int64) throws -> Event {
    if [path, host].contains(where: { $0?.utf8.contains(0) == true }) {
      throw Failure(
        .nameInvalid, "a name holds a NUL character and can't be recorded",
        hint: "give the step, or the host, a name that can be printed")
    }
    var event = self
    event.sequence = sequence
    event.at = JournalTime.rounded(at)
    return event
  }
}
