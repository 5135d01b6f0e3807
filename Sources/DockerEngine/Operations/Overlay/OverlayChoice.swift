import Foundation

/// Which other hosts each host tries, where there are too many for each to try all.
///
/// The hosts form a ring, and each tries those at the same distances from it. So each tries equally many and is
/// tried by equally many. The next one is always among them, so wherever the ring is cut in two, some host tries one on
/// the other side; and the distances grow from the next one to the whole ring, so that near and far ones are tried. The
/// same hosts give the same choice each time.
struct OverlayChoice: Sendable, Hashable {
  /// How many hosts there are.
  let count: Int
  /// The distances at which others are tried, in ascending order.
  let distances: [Int]

  /// - Parameters:
  ///   - count: how many hosts there are.
  ///   - most: how many others each tries at most, at least 1. Where there are no more, it is all of them.
  init(count: Int, most: Int) {
    self.count = count
    let farthest = count - 1
    if farthest <= max(1, most) {
      distances = Array(stride(from: 1, through: farthest, by: 1))
    } else if most <= 1 {
      distances = [1]
    } else {
      distances = (0..<most).map { index in
        max(index + 1, Int(pow(Double(farthest), Double(index) / Double(most - 1)).rounded(.down)))
      }
    }
  }

  /// Whether each tries all others.
  var isComplete: Bool { distances.count >= count - 1 }

  /// The places of those that the one at a place tries.
  func others(of place: Int) -> [Int] { distances.map { (place + $0) % count } }
}
