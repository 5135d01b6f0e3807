/// A small terminal, written against ECMA-48 and independent of what is tested: it understands what a redraw uses and
/// refuses the rest.
struct TerminalEmulator {
  private(set) var columns: Int
  private(set) var rows: Int
  private var cells: [[Character]]
  private var row = 0
  private var column = 0
  private var wraps = true
  private(set) var unknown: [String] = []

  init(columns: Int, rows: Int) {
    self.columns = columns
    self.rows = rows
    cells = Array(repeating: [], count: rows)
  }

  /// The lines as a person sees them, empty ones at the end left out.
  var screen: [String] {
    var lines = cells.map { line in
      var text = String(line)
      while text.last == " " { text.removeLast() }
      return text
    }
    while lines.last?.isEmpty == true { lines.removeLast() }
    return lines
  }

  mutating func write(_ text: String) {
    var scalars = Array(text.unicodeScalars)[...]
    while let scalar = scalars.popFirst() {
      switch scalar {
      case "\r": column = 0
      case "\n": lineFeed()
      case "\u{1B}":
        guard scalars.popFirst() == "[" else {
          unknown.append("ESC")
          return
        }
        var parameters = ""
        while let next = scalars.first, (0x20...0x3F).contains(next.value) {
          parameters.unicodeScalars.append(scalars.removeFirst())
        }
        if let final = scalars.popFirst() { control(parameters, final) }
      default: put(Character(scalar))
      }
    }
  }

  private mutating func put(_ character: Character) {
    if column >= columns {
      if wraps {
        column = 0
        lineFeed()
      } else {
        column = columns - 1
      }
    }
    while cells[row].count <= column { cells[row].append(" ") }
    cells[row][column] = character
    column += 1
  }

  private mutating func lineFeed() {
    if row < rows - 1 {
      row += 1
    } else {
      cells.removeFirst()
      cells.append([])
    }
  }

  private mutating func control(_ parameters: String, _ final: Unicode.Scalar) {
    switch (parameters, final) {
    case ("?2026", "h"), ("?2026", "l"), (_, "m"): break
    case ("?7", "h"): wraps = true
    case ("?7", "l"): wraps = false
    case (_, "A"): row = max(0, row - (Int(parameters) ?? 1))
    // Behind a full line the cursor is still on the last column.
    case ("", "K"): cells[row] = Array(cells[row].prefix(min(column, columns - 1)))
    case ("2", "K"): cells[row] = []
    default: unknown.append(parameters + String(final))
    }
  }
}
