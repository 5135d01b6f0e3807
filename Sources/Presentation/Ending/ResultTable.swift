import Journal

/// What a run found out, as a table. One that is too wide is shown in several parts, each with the first column.
struct ResultTable {
  let title: String
  let headings: [String]
  let rows: [[String]]

  /// The table of a run's note.
  init(_ note: RunNote) {
    title = note.title
    headings = note.headings
    rows = note.rows
  }

  func lines(columns: Int, style: Style) -> [Line] {
    var lines = Wrapping.wrap(title, to: min(columns, 100)).map { Line($0, .strong) }
    for (index, part) in parts(columns: columns - 2).enumerated() {
      if index > 0 { lines.append(Line()) }
      var table = Table(columns: part.map { Table.Column(headings[$0], shrinks: true) })
      for row in rows { table.add(part.map { Line(row[$0], $0 == 0 ? .plain : Self.tone(row[$0])) }) }
      lines += table.lines(width: columns - 2, style: style).map { line in
        var indented = Line("  ")
        indented.append(line)
        return indented
      }
    }
    return lines
  }

  /// The columns that fit beside each other: always the first, and as many of the others as there is room for.
  private func parts(columns: Int) -> [[Int]] {
    let widths = headings.indices.map { index in
      ([headings[index]] + rows.map { $0[index] }).map(DisplayWidth.of).max() ?? 0
    }
    var parts: [[Int]] = [], part = [0], width = widths[0]
    for index in headings.indices.dropFirst() {
      if width + 2 + widths[index] > columns, part.count > 1 {
        parts.append(part)
        part = [0]
        width = widths[0]
      }
      part.append(index)
      width += 2 + widths[index]
    }
    return parts + [part]
  }

  /// Words for a status get a colour, so that they can be distinguished at a glance.
  private static func tone(_ cell: String) -> Tone {
    switch cell {
    case "ok": .good
    case "finding": .bad
    case "not possible": .warning
    default: .plain
    }
  }
}
