import Foundation
import Values

/// Runs outside of a journal, to be kept or read elsewhere: all their events, their files, the output of their
/// commands. Secrets are left out.
///
/// As text it is JSON, one object a line: a head with `format` and `version`, then each run with its files, followed by
/// its events, and at last the SHA-256 of all lines before. Data is marked as ``PayloadCoding`` does; where a secret was
/// is `{"$secret":""}`. Times are microseconds since 1970.
public struct RunArchive: Sendable, Hashable {
  /// One run with what happened in it.
  public struct Entry: Sendable, Hashable {
    /// What never changes, with all files.
    public var record: RunRecord
    /// All events, numbered from 1 without a gap.
    public var events: [Event]

    /// Puts a run and its events together. The record of an import is left out: it belongs to its journal.
    public init(record: RunRecord, events: [Event]) {
      self.record = record
      self.events = events.filter { $0.kind != .runImported }
    }
  }

  /// The version of the format that this program writes.
  public static let version = 1

  /// The runs.
  public var entries: [Entry]
  /// When it was written.
  public var writtenAt: Date
  /// Who wrote it.
  public var user: String
  /// The machine it was written on.
  public var machine: String

  /// Gathers runs.
  public init(entries: [Entry], writtenAt: Date, user: String, machine: String) {
    self.entries = entries
    self.writtenAt = writtenAt
    self.user = user
    self.machine = machine
  }

  /// How many secrets the runs hold, which are left out of the text.
  public var secretCount: Int {
    entries.map { entry in
      Self.secrets(in: .object(entry.record.parameters))
        + entry.events.map { Self.secrets(in: $0.payload) }.reduce(0, +)
    }.reduce(0, +)
  }

  private static func secrets(in value: Value) -> Int {
    switch value {
    case .secret: 1
    case .array(let elements): elements.map(secrets).reduce(0, +)
    case .object(let members): members.values.map(secrets).reduce(0, +)
    default: 0
    }
  }
}

extension FailureCode {
  /// A file is not an archive of runs, or was changed since it was written.
  public static let archiveDamaged: FailureCode = "archive.damaged"
  /// An archive was written by a newer version of the program.
  public static let archiveNewer: FailureCode = "archive.newer"
  /// A run of an archive is in the journal already, with different content.
  public static let archiveConflict: FailureCode = "archive.conflict"
}
