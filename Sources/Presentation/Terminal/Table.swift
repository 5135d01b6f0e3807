/// Columns of text under headings.
struct Table {
  struct Column {
    var heading: String
    var alignsRight: Bool
    /// Whether it shrinks where there is too little room.
    var shrinks: Bool
    /// When it is left out where there is too little room, the lowest number first; `nil` for never.
    var leavesAt: Int?

    init(_ heading: String, alignsRight: Bool = false, shrinks: Bool = false, leavesAt: Int? = nil) {
      self.heading = heading
      self.alignsRight = alignsRight
      self.shrinks = shrinks
      self.leavesAt = leavesAt
    }
  }

  private let columns: [Column]
  private var rows: [[Line]] = []

  init(columns: [Column]) { self.columns = columns }

  mutating func add(_ cells: [Line]) { rows.append(cells) }

  /// The lines, at most `width` wide where the columns that shrink allow that.
  func lines(width: Int?, style: Style) -> [Line] {
    let headings = columns.map { Line($0.heading, .faint) }
    let all = [headings] + rows
    if let width, let leaving = columnToLeaveOut(all, width) {
      return without(leaving).lines(width: width, style: style)
    }
    var widths = columns.indices.map { index in all.map { $0[index].width }.max() ?? 0 }
    if let width {
      var excess = widths.reduce(0, +) + 2 * (columns.count - 1) - width
      for (index, column) in columns.enumerated().reversed() where column.shrinks && excess > 0 {
        let given = min(excess, max(0, widths[index] - 8))
        widths[index] -= given
        excess -= given
      }
    }
    return all.map { cells in
      var line = Line()
      var start = 0
      for (index, cell) in cells.enumerated() {
        let cell = cell.clipped(to: widths[index], style: style)
        line.indent(to: start + (columns[index].alignsRight ? widths[index] - cell.width : 0))
        line.append(cell)
        start += widths[index] + 2
      }
      return line
    }
  }

  /// The next column to leave out, when the table is wider than `width`.
  private func columnToLeaveOut(_ all: [[Line]], _ width: Int) -> Int? {
    let widths = columns.indices.map { index in all.map { $0[index].width }.max() ?? 0 }
    guard widths.reduce(0, +) + 2 * (columns.count - 1) > width else { return nil }
    return columns.indices.filter { columns[$0].leavesAt != nil }.min {
      (columns[$0].leavesAt ?? 0) < (columns[$1].leavesAt ?? 0)
    }
  }

  private func without(_ index: Int) -> Table {
    var kept = columns
    kept.remove(at: index)
    var table = Table(columns: kept)
    for row in rows {
      var row = row
      row.remove(at: index)
      table.add(row)
    }
    return table
  }
}
