import Crypto
import Foundation
import Values

/// Runs outside of a journal, to be kept or read elsewhere: all their events, their files, the output of their
/// commands. Secrets are left out.
///
/// As text it is JSON, one object a line: a head with `format` and `version`, then each run with its files, followed by
/// its events, and at last the SHA-256 of all lines before. Data is marked as ``PayloadCoding`` does; where a secret was
/// is `{"$secret":""}`. Times are microseconds since 1970.
package struct RunArchive: Sendable, Hashable {
  /// One run with what happened in it.
  package struct Entry: Sendable, Hashable {
    /// What never changes, with all files.
    package var record: RunRecord
    /// All events, numbered from 1 without a gap.
    package var events: [Event]

    /// Puts a run and its events together. The record of an import is left out: it belongs to its journal.
    package init(record: RunRecord, events: [Event]) {
      self.record = record
      self.events = events.filter { $0.kind != .runImported }
    }
  }

  /// The version of the format that this program writes.
  package static let version = 1

  /// The runs.
  package var entries: [Entry]
  /// When it was written.
  package var writtenAt: Date
  /// Who wrote it.
  package var user: String
  /// The machine it was written on.
  package var machine: String

  /// Gathers runs.
  package init(entries: [Entry], writtenAt: Date, user: String, machine: String) {
    self.entries = entries
    self.writtenAt = writtenAt
    self.user = user
    self.machine = machine
  }

  /// How many secrets the runs hold, which are left out of the text.
  package var secretCount: Int {
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
  package static let archiveDamaged: FailureCode = "archive.damaged"
  /// An archive was written by a newer version of the program.
  package static let archiveNewer: FailureCode = "archive.newer"
  /// A run of an archive is in the journal already, with different content.
  package static let archiveConflict: FailureCode = "archive.conflict"
}

extension RunArchive {
  private static let format = "runbook archive"
  private static let coding = PayloadCoding(sealer: SecretSealer(.none), secrets: .leaveOut)

  /// The whole archive as text. It holds no secret, not even a sealed one.
  package func text() throws -> String {
    var text = try Self.line([
      "format": .string(Self.format), "version": .integer(Int64(Self.version)),
      "written_at": .integer(JournalTime.microseconds(of: writtenAt)), "user": .string(user),
      "machine": .string(machine), "runs": .integer(Int64(entries.count)),
    ])
    for entry in entries { text += try entry.text() }
    return text + "{\"sha256\":\"\(Self.digest(of: text.utf8))\"}\n"
  }

  /// Reads what ``text()`` wrote. `file` is for failures.
  ///
  /// - Throws: ``Failure`` ``FailureCode/archiveDamaged`` or ``FailureCode/archiveNewer``; never reads a part of it.
  package init(text: some Sequence<UInt8>, file: String) throws {
    let bytes = Array(text)
    let lines = bytes.split(separator: UInt8(ascii: "\n"))
    guard let first = lines.first, let head = try? Self.value(first),
      head["format"]?.stringValue == Self.format, let version = head["version"]?.integerValue
    else {
      throw Failure(
        .archiveDamaged, "\(file) is not an archive of runs",
        hint: "write one with: runbook runs export RUN --output FILE")
    }
    if version > Self.version {
      throw Failure(
        .archiveNewer,
        "\(file) has version \(version) of the format; this program knows versions up to \(Self.version)",
        hint: "import it with the newer runbook that wrote it")
    }
    // The digest is checked before anything else is trusted.
    guard let last = lines.last, lines.count > 1, bytes.last == UInt8(ascii: "\n"),
      let digest = (try? JSON.decode(last))?["sha256"]?.stringValue,
      digest == Self.digest(of: bytes.dropLast(last.count + 1))
    else { throw Self.damaged(file, "its checksum is wrong: it was changed, or is not complete") }
    do {
      var reader = ArchiveReader(
        lines: try lines.dropFirst().dropLast().map { try Self.value($0) })
      let entries = try reader.entries()
      guard head["runs"]?.integerValue == Int64(entries.count) else { throw ArchiveReader.Unreadable() }
      self.init(
        entries: entries, writtenAt: JournalTime.date(microseconds: head["written_at"]?.integerValue ?? 0),
        user: head["user"]?.stringValue ?? "", machine: head["machine"]?.stringValue ?? "")
    } catch let problem as ArchiveReader.Unreadable {
      throw Self.damaged(
        file, "its checksum is right, but \(problem.cause ?? "its content is not that of an archive")")
    }
  }

  private static func damaged(_ file: String, _ cause: String) -> Failure {
    Failure(
      .archiveDamaged, "the archive \(file) is damaged", cause: cause,
      hint: "copy it again from where it was written; nothing was imported")
  }

  fileprivate static func line(_ value: Value) throws -> String { try coding.encode(value, at: place) + "\n" }

  private static func value(_ line: some Collection<UInt8>) throws -> Value {
    try coding.decode(String(decoding: line, as: UTF8.self), at: place)
  }

  /// No secret is written or read, so no place is needed.
  private static let place = SealedPlace(run: "", sequence: 0, kind: "archive", path: nil)

  private static func digest(of bytes: some Sequence<UInt8>) -> String {
    Hexadecimal.encode(SHA256.hash(data: Data(bytes)))
  }
}

extension RunArchive.Entry {
  /// The run's line and those of its events. Equal runs have equal text, whatever their secrets are.
  func text() throws -> String {
    let run: Value = [
      "id": .string(record.id), "runbook": .string(record.runbook), "runbook_path": .string(record.runbookPath),
      "inventory_path": record.inventoryPath.map { .string($0) } ?? .null, "parameters": .object(record.parameters),
      "created_at": .integer(JournalTime.microseconds(of: record.createdAt)), "user": .string(record.user),
      "machine": .string(record.machine), "events": .integer(Int64(events.count)),
      "files": .array(
        record.files.map {
          ["role": .string($0.role.rawValue), "name": .string($0.name), "text": .string($0.text)]
        }),
    ]
    var text = try RunArchive.line(run)
    for event in events {
      var line: [String: Value] = [
        "sequence": .integer(event.sequence), "at": .integer(JournalTime.microseconds(of: event.at)),
        "kind": .string(event.kind.rawValue), "payload": event.payload,
      ]
      if let path = event.path { line["path"] = .string(path) }
      if let attempt = event.attempt { line["attempt"] = .integer(Int64(attempt)) }
      if let host = event.host { line["host"] = .string(host) }
      text += try RunArchive.line(.object(line))
    }
    return text
  }
}
