import Foundation

/// A fault point of a debug build, by its name: `before` or `after`, the kind of the event that is written there, and
/// the step's path.
struct CrashPoint: Hashable, Sendable, CustomStringConvertible {
  /// As `RUNBOOK_CRASH_AT` takes it.
  let name: String

  var description: String { name }

  /// The path of the step.
  var path: String { name.split(separator: " ", maxSplits: 2).dropFirst(2).joined() }

  /// Whether the journal holds the start of a step and nothing more yet, or a step is done and its outcome is not
  /// written: the two moments at which a crash leaves a step in doubt.
  var isStepBoundary: Bool { name.hasPrefix("after step.started ") || name.hasPrefix("before step.succeeded ") }

  /// The points that an execution has passed, each once, in their order, as `RUNBOOK_CRASH_LOG` tells them.
  static func passed(_ log: URL) throws -> [CrashPoint] {
    var seen: Set<CrashPoint> = []
    return try lines(log).map(\.point).filter { seen.insert($0).inserted }
  }

  /// What happened at the last point that was passed: several names where branches' events were written together.
  static func last(_ log: URL) throws -> [CrashPoint] {
    let all = try lines(log)
    return all.filter { $0.number == all.map(\.number).max() }.map(\.point)
  }

  private static func lines(_ log: URL) throws -> [(number: Int, point: CrashPoint)] {
    try String(contentsOf: log, encoding: .utf8).split(separator: "\n").map { line in
      let words = line.split(separator: " ", maxSplits: 1)
      return (Int(words[0]) ?? 0, CrashPoint(name: String(words.last ?? "")))
    }
  }
}
