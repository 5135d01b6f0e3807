import Foundation
import Values

/// Puts an archive's runs into a journal, for reading.
public struct ArchiveImport: Sendable {
  /// The archive.
  public let archive: RunArchive
  /// Who imports it.
  public let user: String

  /// An import of that archive by that user.
  public init(_ archive: RunArchive, by user: String) {
    self.archive = archive
    self.user = user
  }

  /// Adds the runs that are not there yet, each with a last event that records the import.
  ///
  /// - Returns: The IDs of the runs that were added, and of those that were there already with the same content.
  /// - Throws: ``Failure`` ``FailureCode/archiveConflict`` when a run of that ID is another one in the journal; then none
  ///   is added.
  public func add(to store: any JournalStore, at now: Date) async throws -> (added: [String], present: [String]) {
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
