import Foundation
import GRDB
import Values

/// The table `events`.
struct EventTable {
  var db: Database
  var coding: PayloadCoding
  /// The journal's file, for failures.
  var path: String

  /// Adds events after those that the run has, and returns them as stored. Fails when there is no such run.
  func append(_ events: [Event], to run: String) throws -> [Event] {
    var sequence = try lastSequence(of: run)
    let insertion = try db.cachedStatement(
      sql: """
        INSERT INTO events (run, sequence, at, kind, path, attempt, host, payload, digest)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
        """)
    let appended = try events.map { event in
      sequence += 1
      let stored = try event.stored(as: sequence)
      let at = JournalTime.microseconds(of: stored.at)
      let payload = try coding.encode(
        event.payload, at: SealedPlace(stored, of: run), outputs: try printed(by: stored, of: run))
      try insertion.execute(arguments: [
        run, sequence, at, event.kind.rawValue, event.path, event.attempt, event.host, payload,
        Self.digest(of: stored, at: at, run: run, payload: payload),
      ])
      return stored
    }
    try db.cachedStatement(sql: "UPDATE runs SET last_sequence = ? WHERE id = ?").execute(arguments: [sequence, run])
    return appended
  }

  /// The number of the run's newest event. It is stored with the run, so that a lost end of the events is noticed.
  private func lastSequence(of run: String) throws -> Int64 {
    let statement = try db.cachedStatement(sql: "SELECT last_sequence FROM runs WHERE id = ?")
    guard let last = try Int64.fetchOne(statement, arguments: [run]) else { throw Failure.unknownRun(run) }
    return last
  }

  /// The run's events above that number, in order. Fails when there is no such run, and with ``FailureCode/journalDamaged`` at the first that was
  /// changed or is missing.
  func events(of run: String, after sequence: Int64) throws -> [Event] {
    let last = try lastSequence(of: run)
    let rows = try Row.fetchCursor(
      db.cachedStatement(
        sql: """
          SELECT \(Self.columns) FROM events WHERE run = ? AND sequence > ? ORDER BY sequence
          """), arguments: [run, sequence])
    var events: [Event] = []
    var read = max(0, sequence)
    while let row = try rows.next() {
      guard read < last, let event = try event(in: row, of: run), event.sequence == read + 1 else {
        throw changed(read + 1, of: run)
      }
      events.append(event)
      read = event.sequence
    }
    if read < last { throw changed(read + 1, of: run) }
    return events
  }

  /// The run's newest event of one of these kinds above that number.
  func newest(_ kinds: [EventKind], of run: String, after sequence: Int64) throws -> Event? {
    let marks = Array(repeating: "?", count: kinds.count).joined(separator: ", ")
    let row = try Row.fetchOne(
      db.cachedStatement(
        sql: """
          SELECT \(Self.columns) FROM events WHERE run = ? AND sequence > ? AND kind IN (\(marks)) ORDER BY sequence DESC LIMIT 1
          """), arguments: [run, sequence] + StatementArguments(kinds.map(\.rawValue)))
    guard let row else { return nil }
    guard let event = try event(in: row, of: run) else {
      throw changed(row.value(0) ?? sequence.addingBounded(1), of: run)
    }
    return event
  }

  private func changed(_ sequence: Int64, of run: String) -> Failure {
    .damagedJournal(path, cause: "event \(sequence) of run \(run) was changed, added or lost by another program")
  }

  private static let columns = "sequence, at, kind, path, attempt, host, payload, digest"

  /// The event of a row without its payload, and the payload as it is stored; `nil` when the row is not as it was
  /// written.
  private static func stored(in row: Row, of run: String) -> (event: Event, payload: String)? {
    guard let sequence: Int64 = row.value(0), let at: Int64 = row.value(1), let kind: String = row.value(2),
      let payload: String = row.value(6), let digest: Data = row.value(7)
    else { return nil }
    let event = Event(
      sequence: sequence, at: JournalTime.date(microseconds: at), kind: EventKind(rawValue: kind),
      path: row.value(3), attempt: row.value(4), host: row.value(5))
    return digest == Self.digest(of: event, at: at, run: run, payload: payload) ? (event, payload) : nil
  }

  /// The event of a row; `nil` when the row is not as it was written.
  private func event(in row: Row, of run: String) throws -> Event? {
    guard let (stored, payload) = Self.stored(in: row, of: run) else { return nil }
    var event = stored
    event.payload = try coding.decode(payload, at: SealedPlace(event, of: run)) { reference in
      try parts(of: stored, run, from: reference.first, to: reference.last).filter { $0.host == reference.host }
        .map(\.bytes)
    }
    // A file that is only read is not migrated.
    EventRenames.apply(to: &event)
    return event
  }

  /// The output of a checkpoint's attempt, if the checkpoint may contain it.
  private func printed(by event: Event, of run: String) throws -> [PrintedOutput] {
    guard event.kind == .stepSucceeded, Self.mayQuote(event.payload) else { return [] }
    let parts = try parts(of: event, run, from: 1, to: event.sequence)
    return Dictionary(grouping: parts, by: \.host).map { host, parts in
      PrintedOutput(host: host, parts: parts.map { ($0.sequence, $0.bytes) })
    }
  }

  private static func mayQuote(_ value: Value) -> Bool {
    switch value {
    case .string(let text): text.utf8.count >= OutputReference.shortest
    case .bytes(let bytes): bytes.count >= OutputReference.shortest
    case .array(let elements): elements.contains(where: mayQuote)
    case .object(let members): members.values.contains(where: mayQuote)
    default: false
    }
  }

  /// The output of an attempt between two events.
  private func parts(
    of event: Event, _ run: String, from first: Int64, to last: Int64
  ) throws -> [(sequence: Int64, host: String?, bytes: [UInt8])] {
    let rows = try Row.fetchCursor(
      db,
      sql: """
        SELECT \(Self.columns) FROM events
        WHERE run = ? AND sequence BETWEEN ? AND ? AND kind = 'step.output' AND path IS ? AND attempt IS ?
        ORDER BY sequence
        """, arguments: [run, first, last, event.path, event.attempt])
    var parts: [(sequence: Int64, host: String?, bytes: [UInt8])] = []
    while let row = try rows.next() {
      guard let output = try self.event(in: row, of: run) else {
        throw changed(row.value(0) ?? first, of: run)
      }
      switch output.content(Event.StepOutput.self)?.text {
      case .string(let text)?: parts.append((output.sequence, output.host, Array(text.utf8)))
      case .bytes(let bytes)?: parts.append((output.sequence, output.host, bytes))
      default: break
      }
    }
    return parts
  }

  /// Writes the events of earlier versions in today's words.
  static func migrateNames(_ db: Database) throws {
    let rows = try Row.fetchCursor(
      db,
      sql: """
        SELECT \(columns), run FROM events
        WHERE kind IN ('run.pictured', 'targets.taken_over', 'run.started') OR instr(payload, '"place"') > 0
        """)
    var changed: [(run: String, event: Event)] = []
    while let row = try rows.next() {
      // One that another program has changed stays as it is, to be noticed when it is read.
      guard let run: String = row.value(8), let (stored, payload) = stored(in: row, of: run),
        let old = try? JSON.decode(payload)
      else { continue }
      var event = stored
      event.payload = old
      EventRenames.apply(to: &event)
      if event.kind != stored.kind || event.payload != old { changed.append((run, event)) }
    }
    for (run, event) in changed {
      let at = JournalTime.microseconds(of: event.at), payload = try JSON.encode(event.payload, secrets: .refused)
      try db.execute(
        sql: "UPDATE events SET kind = ?, payload = ?, digest = ? WHERE run = ? AND sequence = ?",
        arguments: [
          event.kind.rawValue, payload, Self.digest(of: event, at: at, run: run, payload: payload), run, event.sequence,
        ])
    }
  }

  private static func digest(of event: Event, at: Int64, run: String, payload: String) -> Data {
    var digest = RowDigest()
    digest.add(run)
    digest.add(event.sequence)
    digest.add(at)
    digest.add(event.kind.rawValue)
    digest.add(event.path)
    digest.add(event.attempt.map(Int64.init))
    digest.add(event.host)
    digest.add(payload)
    return digest.finish()
  }
}
