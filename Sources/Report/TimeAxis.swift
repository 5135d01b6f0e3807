import Foundation

/// The positions of moments on the report's time axis: executions beside each other in scale, the pauses between them
/// cut out.
struct TimeAxis {
  /// A mark on the axis.
  struct Mark {
    var date: Date
    /// 0 at the left end, 1 at the right.
    var position: Double
  }

  /// How much of the axis a pause takes.
  private static let pause = 0.02

  private let pieces: [ClosedRange<Date>]
  private let starts: [Double]
  private let scale: Double

  init(_ executions: [ClosedRange<Date>]) {
    pieces = executions
    let lengths = executions.map { Self.length($0) }
    let room = max(0.2, 1 - Self.pause * Double(max(0, executions.count - 1)))
    let pause = executions.count > 1 ? (1 - room) / Double(executions.count - 1) : 0
    // A moment's width, so that a run of no length has an axis.
    scale = room / max(0.001, lengths.reduce(0, +))
    var starts: [Double] = [], position = 0.0
    for length in lengths {
      starts.append(position)
      position += length * scale + pause
    }
    self.starts = starts
  }

  /// The position of a moment; one in a pause is at the end of what was before.
  func position(of date: Date) -> Double {
    guard let index = pieces.lastIndex(where: { $0.lowerBound <= date }) else { return 0 }
    let within = min(date, pieces[index].upperBound).timeIntervalSince(pieces[index].lowerBound)
    return min(1, starts[index] + within * scale)
  }

  /// Where an execution after the first begins.
  var breaks: [Mark] {
    zip(pieces, starts).dropFirst().map { Mark(date: $0.lowerBound, position: $1 - Self.pause / 2) }
  }

  /// About eight marks at round moments.
  var marks: [Mark] {
    let whole = pieces.reduce(0) { $0 + Self.length($1) }
    let steps: [Double] = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 21_600, 43_200, 86_400]
    let step = steps.first { whole / $0 <= 8 } ?? (whole / 8 / 86_400).rounded(.up) * 86_400
    var marks: [Mark] = []
    for piece in pieces {
      var moment = (piece.lowerBound.timeIntervalSinceReferenceDate / step).rounded(.up) * step
      while moment <= piece.upperBound.timeIntervalSinceReferenceDate {
        let date = Date(timeIntervalSinceReferenceDate: moment)
        let position = position(of: date)
        // Labels that would overlap are left out.
        if position - (marks.last?.position ?? -1) > 0.07, position < 0.92 {
          marks.append(Mark(date: date, position: position))
        }
        moment += step
      }
    }
    return marks
  }

  private static func length(_ piece: ClosedRange<Date>) -> Double {
    piece.upperBound.timeIntervalSince(piece.lowerBound)
  }
}
