#if DEBUG
  import CrashTesting
  import Foundation
  import Synchronization

  /// Ends the process with SIGKILL at one of its moments. For the tests of crashes; a release build has none.
  ///
  /// A point has a number, counted from 1, and its moment's names. `RUNBOOK_CRASH_AT` chooses a point by its number, or by
  /// a line for each of the names of which the first that comes counts; `RUNBOOK_CRASH_LOG=FILE` appends the number and
  /// each name of every point that was passed.
  final class CrashPoints: CrashMoments {
    private let chosen: Set<String>
    private let log: String?
    private let passed = Mutex(0)

    /// Those of this process; `nil` when the environment asks for none.
    static let shared = CrashPoints()

    /// `nil` when the environment asks for none.
    init?(environment: [String: String] = ProcessInfo.processInfo.environment) {
      chosen = Set((environment["RUNBOOK_CRASH_AT"] ?? "").split(separator: "\n").map(String.init))
      log = environment["RUNBOOK_CRASH_LOG"]
      if chosen.isEmpty && log == nil { return nil }
    }

    /// A killed process can't answer.
    var isDead: Bool { false }

    /// Passes a point, or does not.
    func pass(_ names: [String]) {
      let number = passed.withLock { passed in
        passed += 1
        return passed
      }
      if let log, let file = fopen(log, "a") {
        for name in names { fputs("\(number) \(name)\n", file) }
        fclose(file)
      }
      guard chosen.contains("\(number)") || !chosen.isDisjoint(with: names) else { return }
      kill(getpid(), SIGKILL)
      // The signal is on its way; nothing more may happen here.
      while true { pause() }
    }
  }
#endif
