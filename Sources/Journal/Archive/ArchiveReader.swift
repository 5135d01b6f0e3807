import Foundation
import Values

/// Reads the runs and events of an archive, line by line.
struct ArchiveReader {
  /// A line is not as it must be.
  struct Unreadable: Error {
    /// What is wrong with it, if that is known.
    var cause: String?
  }

  private var rest: ArraySlice<Value>

  init(lines: [Value]) { rest = lines[...] }

  /// All runs, each with its events.
  mutating func entries() throws -> [RunArchive.Entry] {
    var entries: [RunArchive.Entry] = []
    while let line = rest.popFirst() {
      let record = try Self.record(line)
      guard let count = line["events"]?.integerValue.flatMap(Int.init(exactly:)), (0...rest.count).contains(count)
      else { throw Unreadable() }
      let events = try rest.prefix(count).enumerated().map { try Self.event($1, sequence: Int64($0) + 1) }
      rest = rest.dropFirst(count)
      entries.append(RunArchive.Entry(record: record, events: events))
    }
    guard Set(entries.map(\.record.id)).count == entries.count else { throw Unreadable() }
    return entries
  }

  private static func record(_ line: Value) throws -> RunRecord {
    let id = try text(line, "id")
    // The ID becomes a part of file names here.
    guard RunID(id) != nil else { throw Unreadable(cause: "\"\(id.prefix(80))\" in it is not a run's ID") }
    return RunRecord(
      id: id, runbook: try text(line, "runbook"), runbookPath: try text(line, "runbook_path"),
      inventoryPath: line["inventory_path"]?.stringValue, parameters: line["parameters"]?.objectValue ?? [:],
      createdAt: JournalTime.date(microseconds: try number(line, "created_at")), user: try text(line, "user"),
      machine: try text(line, "machine"),
      files: try (line["files"]?.arrayValue ?? []).map { file in
        guard let role = RunFile.Role(rawValue: try text(file, "role")) else { throw Unreadable() }
        return RunFile(role: role, name: try text(file, "name"), text: try text(file, "text"))
      })
  }

  private static func event(_ line: Value, sequence: Int64) throws -> Event {
    guard try number(line, "sequence") == sequence else { throw Unreadable() }
    var event = Event(
      sequence: sequence, at: JournalTime.date(microseconds: try number(line, "at")),
      kind: EventKind(rawValue: try text(line, "kind")), path: line["path"]?.stringValue,
      attempt: line["attempt"]?.integerValue.flatMap(Int.init(exactly:)), host: line["host"]?.stringValue,
      payload: line["payload"] ?? .object([:]))
    // Archives of earlier versions use other words.
    EventRenames.apply(to: &event)
    return event
  }

  private static func text(_ line: Value, _ name: String) throws -> String {
    guard let text = line[name]?.stringValue else { throw Unreadable() }
    return text
  }

  private static func number(_ line: Value, _ name: String) throws -> Int64 {
    guard let number = line[name]?.integerValue else { throw Unreadable() }
    return number
  }
}

/// Puts an archive's runs into a journal, for reading.
package struct ArchiveImport: Sendable {
  /// The archive.
  package let archive: RunArchive
  /// Who imports it.
  package let user: String

  /// An import of that archive by that user.
  package init(_ archive: RunArchive, by user: String) {
    self.archive = archive
    self.user = user
  }

  /// Adds the runs that are not there yet, each with a last event that records the import.
  ///
  /// - Returns: The IDs of the runs that were added, and of those that were there already with the same content.
  /// - Throws: ``Failure`` ``FailureCode/archiveConflict`` when a run of that ID is another one in the journal; then none
  ///   is added.
  package func add(to store: any JournalStore, at now: Date) async throws -> (added: [String], present: [String]) {
    var new: [RunArchive.Entry] = []
    var present: [String] = []
    var conflicts: [String] = []
    let known = Set(try await store.runs().map(\.id))
    for entry in archive.entries {
      let id = entry.record.id
      guard known.contains(id), let record = try await store.run(id) else {
        new.append(entry)
        continue
      }
      let kept = RunArchive.Entry(record: record, events: try await store.events(of: id, after: 0))
      if try kept.text() == entry.text() { present.append(id) } else { conflicts.append(id) }
    }
    if !conflicts.isEmpty {
      let runs = conflicts.joined(separator: ", ")
      throw Failure(
        .archiveConflict,
        conflicts.count == 1
          ? "the journal has a run \(runs) already, with different content"
          : "the journal has these runs already, with different content: \(runs)",
        hint: "import into another state folder to have both: --state FOLDER; nothing was imported")
    }
    for entry in new {
      let mark = Event(
        at: now, Event.RunImported(by: user, from: archive.machine, exportedBy: archive.user))
      _ = try await store.create(entry.record, events: entry.events + [mark])
    }
    return (new.map(\.record.id), present)
  }
}
