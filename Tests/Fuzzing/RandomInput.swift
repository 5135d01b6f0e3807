import Foundation

/// Input that is another one in each run, and the same one again with the seed that was printed.
package enum RandomInput {
  /// `RUNBOOK_SEED`, or a new one; printed once, so that what failed can be tried again.
  package static let seed: UInt64 = {
    let seed = ProcessInfo.processInfo.environment["RUNBOOK_SEED"].flatMap { UInt64($0) } ?? .random(in: 1...(.max))
    print("random input: RUNBOOK_SEED=\(seed)")
    return seed
  }()

  /// Where such input comes from.
  package static var generator: SeededRandom { SeededRandom(seed: seed) }

  /// So many bytes.
  package static func bytes(_ count: Int) -> [UInt8] {
    var random = generator
    return (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
  }
}
