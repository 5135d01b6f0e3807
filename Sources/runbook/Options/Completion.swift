import ArgumentParser
import Foundation
import Inventory
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

extension Completion {
  /// What a shell is offered for a word, made by this program.
  ///
  /// - Parameter offers: gets the words of the command line and the beginning of the one to complete.
  static func guarded(_ offers: @escaping @Sendable ([String], String) async -> [String]) -> CompletionKind {
    .custom { (words: [String], _: Int, beginning: String) async in
      await offers(words, beginning).filter(isPlain).map(escaped)
    }
  }

  /// Whether a shell takes the text as it is. bash expands what it is offered, and others choose the names of steps,
  /// files and hosts. So texts with more than letters, digits, blanks and a few signs are offered in no shell.
  static func isPlain(_ text: String) -> Bool {
    guard let first = text.unicodeScalars.first, !"~-".unicodeScalars.contains(first) else { return false }
    return text.unicodeScalars.allSatisfy { scalar in
      scalar == " " || "-_./:=@,+%".unicodeScalars.contains(scalar) || scalar.properties.isAlphabetic
        || scalar.properties.numericType != nil || scalar.properties.generalCategory == .nonspacingMark
    }
  }

  /// In zsh a colon ends what is offered, and its description follows.
  private static func escaped(_ text: String) -> String {
    CompletionShell.requesting == .zsh ? text.replacing(":", with: "\\:") : text
  }
}

extension Completion {
  /// The value of a parameter: the hosts of the inventory that the command line names. Not in a bash that breaks words
  /// at `=`, as it does when nothing else is set: the generated script then takes the value for an argument.
  static let parameter = guarded { words, beginning in
    guard let sign = beginning.firstIndex(of: "=") else { return [] }
    return hosts(words).map { beginning[...sign] + $0 }
  }

  /// The hosts of the inventory that the command line names, or of the one in this folder.
  static let host = guarded { words, _ in hosts(words) }

  /// Hosts that ssh knows by name, and those of the inventory in this folder.
  static let sshHost = guarded { words, _ in
    let home = ProcessInfo.processInfo.environment["HOME"] ?? NSHomeDirectory()
    let text = (try? String(contentsOf: URL(filePath: home + "/.ssh/config"), encoding: .utf8)) ?? ""
    let named = text.split(separator: "\n").flatMap { line -> [String] in
      let words = line.split(whereSeparator: { $0.isWhitespace || $0 == "=" }).map(String.init)
      guard words.first?.lowercased() == "host" else { return [] }
      return words.dropFirst().filter { !$0.contains { "*?!".contains($0) } }
    }
    let listed = hosts(words)
    return listed + named.filter { !listed.contains($0) }
  }

  private static func hosts(_ words: [String]) -> [String] {
    let option = words.lastIndex { $0 == "-i" || $0 == "--inventory" }
    let path = option.flatMap { words.indices.contains($0 + 1) ? words[$0 + 1] : nil } ?? "inventory.yaml"
    return (try? Inventory.load(path: path))?.hosts.map(\.name) ?? []
  }
}

extension Completion {
  /// The paths of the steps of the run that the command line names before it.
  ///
  /// - Parameter isWanted: which of them make sense for the command.
  static func step(_ isWanted: @escaping @Sendable (StepState) -> Bool = { _ in true }) -> CompletionKind {
    guarded { words, _ in
      do {
        guard let store = try await store(words) else { return [] }
        // Which word is the run depends on the options before it: it is the first that names one.
        for word in words.dropFirst(2) where !word.hasPrefix("-") && !word.isEmpty {
          guard let run = try await store.run(word) else { continue }
          return RunState(events: try await store.events(of: run.id, after: 0)).steps.filter(isWanted).map(\.path)
        }
        return []
      } catch { return [] }
    }
  }
}
