import ArgumentParser
import Foundation
import Journal
import Presentation

/// What a shell completes, from what exists. Where that can't be found out, there are no proposals, never an error.
enum Completion {
  /// The inventory: a file.
  static let inventory = CompletionKind.file(extensions: ["yaml", "yml"])

  /// The runbook: the names of the shipped ones and of those in `./runbooks`, or a file.
  static let runbook = guarded { _, beginning in
    RunbookFinder(folder: FileManager.default.currentDirectoryPath, shared: SharedFolders()).names + files(beginning)
  }

  /// The IDs of runs, newest first.
  ///
  /// - Parameter isWanted: which of them make sense for the command.
  static func run(_ isWanted: @escaping @Sendable (StatusText) -> Bool = { _ in true }) -> CompletionKind {
    guarded { words, _ in
      do {
        guard let store = try await store(words) else { return [] }
        let leases = try await store.leases()
        var found: [String] = []
        for run in try await store.runs() {
          let state = RunState(events: try await store.events(of: run.id, after: 0))
          if isWanted(StatusText(state, executorIsGone: Liveness.isGone(run, state, leases))) { found.append(run.id) }
        }
        return found
      } catch { return [] }
    }
  }

  /// The journal of the state folder that the command line names.
  static func store(_ words: [String]) async throws -> SQLiteJournalStore? {
    let state = words.lastIndex(of: "--state").flatMap { words.indices.contains($0 + 1) ? words[$0 + 1] : nil }
    return try await JournalAccess.forReading(try GlobalOptions.parse(state.map { ["--state", $0] } ?? []))
  }

  /// The Lua files and folders that begin so.
  private static func files(_ beginning: String) -> [String] {
    let folder = beginning.lastIndex(of: "/").map { String(beginning[...$0]) } ?? ""
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.isEmpty ? "." : folder)) ?? []
    return names.sorted().compactMap { name in
      var isFolder: ObjCBool = false
      guard !name.hasPrefix("."), FileManager.default.fileExists(atPath: folder + name, isDirectory: &isFolder) else {
        return nil
      }
      if isFolder.boolValue { return folder + name + "/" }
      return name.hasSuffix(".lua") ? folder + name : nil
    }
  }
}
