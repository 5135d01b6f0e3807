import Foundation

/// Many changed inputs, the same in each run, for code that must refuse what is wrong and never crash.
///
/// `RUNBOOK_FUZZ_SEED` begins elsewhere, `RUNBOOK_FUZZ_FACTOR` makes more cases; a failing case names the seed that makes
/// it again as the first one. A case that does not end ends the process, with its seed.
package struct Fuzz: Sendable {
  /// What is fuzzed, for the line that is printed.
  package let name: String
  /// How many cases.
  package let cases: Int
  /// The seed of the first case; each further case has the next.
  package let seed: UInt64

  package init(_ name: String, cases: Int, seed: UInt64 = 1) {
    func number(_ variable: String) -> UInt64? { ProcessInfo.processInfo.environment[variable].flatMap { UInt64($0) } }
    self.name = name
    self.cases = cases * Int(clamping: number("RUNBOOK_FUZZ_FACTOR") ?? 1)
    self.seed = number("RUNBOOK_FUZZ_SEED") ?? seed
  }

  /// Runs all cases and prints how many there were, and how many were accepted.
  ///
  /// - Parameter body: One case; gives whether the code accepted the input. What it throws ends the run with the seed.
  package func run(_ body: (inout SeededRandom) throws -> Bool) throws {
    var accepted = 0
    let watchdog = FuzzWatchdog(name)
    defer { watchdog.end() }
    for index in 0..<cases {
      let seed = seed &+ UInt64(index)
      var random = SeededRandom(seed: seed)
      watchdog.begin(seed)
      do {
        if try body(&random) { accepted += 1 }
      } catch {
        throw Finding(name: name, seed: seed, error: error)
      }
    }
    report(accepted)
  }

  /// As ``run(_:)-``, for code that waits.
  package func run(_ body: (inout SeededRandom) async throws -> Bool) async throws {
    var accepted = 0
    let watchdog = FuzzWatchdog(name, waits: true)
    defer { watchdog.end() }
    for index in 0..<cases {
      let seed = seed &+ UInt64(index)
      var random = SeededRandom(seed: seed)
      watchdog.begin(seed)
      do {
        if try await body(&random) { accepted += 1 }
      } catch {
        throw Finding(name: name, seed: seed, error: error)
      }
    }
    report(accepted)
  }

  private func report(_ accepted: Int) {
    print("fuzz: \(name): \(cases) cases from seed \(seed), \(accepted) accepted, \(cases - accepted) refused")
  }

  /// A case that went wrong.
  package struct Finding: Error, CustomStringConvertible {
    let name: String
    let seed: UInt64
    let error: any Error
    /// What to do to see it again.
    package var description: String { "fuzz: \(name): RUNBOOK_FUZZ_SEED=\(seed): \(error)" }
  }
}

/// The code did something else than it must.
package struct Broken: Error, CustomStringConvertible {
  /// What it did.
  package let description: String
  /// Tells what it did.
  package init(_ description: String) { self.description = description }
}

/// Throws unless a condition holds.
package func demand(_ condition: Bool, _ what: @autoclosure () -> String) throws {
  if !condition { throw Broken(what()) }
}
