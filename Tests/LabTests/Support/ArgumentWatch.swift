import Foundation

/// Collects the arguments of all processes of this machine, those inside the appliances included, while something runs.
enum ArgumentWatch {
  /// Runs `body`; returns its result and the argument lists that were seen meanwhile, each as one text.
  static func during<Result: Sendable>(
    _ body: @Sendable () async throws -> Result
  ) async throws -> (result: Result, seen: Set<String>) {
    try await withThrowingTaskGroup(of: Set<String>.self) { group in
      group.addTask {
        var seen: Set<String> = []
        while !Task.isCancelled {
          seen.formUnion(all())
          try? await Task.sleep(for: .milliseconds(5))
        }
        return seen
      }
      let result = try await body()
      group.cancelAll()
      return (result, try await group.next() ?? [])
    }
  }

  private static func all() -> Set<String> {
    var found: Set<String> = []
    for entry in (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    where entry.first?.isNumber == true {
      guard let bytes = FileManager.default.contents(atPath: "/proc/\(entry)/cmdline"), !bytes.isEmpty else { continue }
      found.insert(String(decoding: bytes.map { $0 == 0 ? 0x20 : $0 }, as: UTF8.self))
    }
    return found
  }
}
