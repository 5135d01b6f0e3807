import ArgumentParser
import Foundation
import Journal

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
