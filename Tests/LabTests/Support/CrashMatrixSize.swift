import Foundation

/// How much of the crash matrix is tried, as `RUNBOOK_CRASH_MATRIX` says.
enum CrashMatrixSize: Sendable {
  /// Every point by itself, and all of them in one run.
  case all
  /// All of them in one run.
  case row
  /// As many points by themselves, spread evenly.
  case sample(Int)
  /// The points from that number to that one, counted from 1, by themselves.
  case range(ClosedRange<Int>)

  /// `all`, `row`, `10`, `20-30`; nil for anything else.
  init?(_ text: String) {
    let numbers = text.split(separator: "-").map { Int($0) ?? 0 }
    switch (text, numbers.count) {
    case ("all", _): self = .all
    case ("row", _): self = .row
    case (_, 1) where numbers[0] > 0: self = .sample(numbers[0])
    case (_, 2) where numbers[0] > 0 && numbers[1] >= numbers[0]: self = .range(numbers[0]...numbers[1])
    default: return nil
    }
  }

  /// What the environment asks for; nil when it asks for nothing.
  static let wanted = ProcessInfo.processInfo.environment["RUNBOOK_CRASH_MATRIX"].map {
    CrashMatrixSize($0.isEmpty ? "all" : $0)
  }

  /// Whether one run is killed at all points, one after the other.
  var includesRow: Bool {
    switch self {
    case .all, .row: true
    case .sample, .range: false
    }
  }

  /// The points that are tried by themselves.
  func chosen<Point>(of points: [Point]) -> [Point] {
    switch self {
    case .all: points
    case .row: []
    case .sample(let count): (0..<min(count, points.count)).map { points[$0 * points.count / min(count, points.count)] }
    case .range(let range): points.enumerated().filter { range.contains($0.offset + 1) }.map(\.element)
    }
  }
}
