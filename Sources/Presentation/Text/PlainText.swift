/// Makes text from outside safe to show: nothing in the result can move the cursor, colour, retitle, ring, or turn
/// the reading direction of a terminal.
package enum PlainText {
  /// `text` as one line: escape sequences and controls are dropped, line breaks and tabs become spaces.
  package static func line(_ text: String) -> String {
    if text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) { return text }
    var result = String.UnicodeScalarView()
    var marks = 0
    var scalars = text.unicodeScalars.makeIterator()
    var pending = scalars.next()
    while let scalar = pending {
      pending = scalars.next()
      switch scalar.value {
      case 0x1B: skipEscape(&pending, &scalars)
      case 0x9B: skipControlSequence(&pending, &scalars)
      case 0x90, 0x98, 0x9D, 0x9E, 0x9F: skipControlString(&pending, &scalars)
      case 0x09, 0x0A, 0x0D, 0x85, 0x2028, 0x2029: result.append(" ")
      default:
        if isDropped(scalar) { continue }
        // A pile of combining marks would spill over the lines above and below.
        marks = DisplayWidth.isMark(scalar) ? marks + 1 : 0
        if marks <= 4 { result.append(scalar) }
      }
    }
    return String(result)
  }

  /// The lines of a text, each made safe. Of a line that was overwritten by carriage returns (a progress bar), what
  /// remained visible. Empty lines at the end are left out.
  package static func lines(_ text: String) -> [String] {
    var lines = text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }.map { part in
      line(String(part.split(separator: "\r").last ?? ""))
    }
    while let last = lines.last, last.allSatisfy(\.isWhitespace) { lines.removeLast() }
    return lines
  }

  /// The lines of a text, each made safe and broken at spaces where it is wider than `columns`.
  package static func wrapped(_ text: String, to columns: Int) -> [String] { Wrapping.wrap(text, to: columns) }

  private static func isDropped(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .surrogate: true
    // Joiners shape letters and emoji; every other format character is invisible or turns the direction.
    case .format: scalar.value != 0x200C && scalar.value != 0x200D
    default: false
    }
  }

  private typealias Scalars = String.UnicodeScalarView.Iterator

  private static func skipEscape(_ pending: inout Unicode.Scalar?, _ scalars: inout Scalars) {
    switch pending {
    case "[":
      pending = scalars.next()
      skipControlSequence(&pending, &scalars)
    case "]", "P", "X", "^", "_":
      pending = scalars.next()
      skipControlString(&pending, &scalars)
    default:
      // Intermediate bytes, then one final byte.
      while let scalar = pending, (0x20...0x2F).contains(scalar.value) { pending = scalars.next() }
      if let scalar = pending, (0x30...0x7E).contains(scalar.value) { pending = scalars.next() }
    }
  }

  private static func skipControlSequence(_ pending: inout Unicode.Scalar?, _ scalars: inout Scalars) {
    while let scalar = pending, (0x20...0x3F).contains(scalar.value) { pending = scalars.next() }
    if let scalar = pending, (0x40...0x7E).contains(scalar.value) { pending = scalars.next() }
  }

  private static func skipControlString(_ pending: inout Unicode.Scalar?, _ scalars: inout Scalars) {
    // An unfinished string ends with its line, so that a stray opener can't swallow all that follows.
    while let scalar = pending, scalar.value != 0x0A {
      pending = scalars.next()
      if scalar.value == 0x07 || scalar.value == 0x9C { return }
      if scalar.value == 0x1B {
        if pending == "\\" { pending = scalars.next() }
        return
      }
    }
  }
}

/// Breaks text into lines of a width, at spaces where there are some.
enum Wrapping {
  /// The lines of `text`, each at most `columns` wide. Line breaks of the text stay, and so does a line's indentation.
  static func wrap(_ text: String, to columns: Int) -> [String] {
    let columns = max(8, columns)
    return PlainText.lines(text).flatMap { wrapLine($0, to: columns) }
  }

  private static func wrapLine(_ line: String, to columns: Int) -> [String] {
    guard DisplayWidth.of(line) > columns else { return [line] }
    let indentation = String(line.prefix { $0 == " " }.prefix(columns / 2))
    var lines: [String] = []
    var current = indentation
    var isEmpty = true
    for word in line.split(separator: " ").map(String.init) {
      let needed = DisplayWidth.of(current) + (isEmpty ? 0 : 1) + DisplayWidth.of(word)
      if needed <= columns {
        current += (isEmpty ? "" : " ") + word
        isEmpty = false
        continue
      }
      if !isEmpty {
        lines.append(current)
        current = indentation
      }
      for character in word {
        if DisplayWidth.of(current) + DisplayWidth.of(character) > columns {
          lines.append(current)
          current = indentation
        }
        current.append(character)
      }
      isEmpty = false
    }
    if !isEmpty { lines.append(current) }
    return lines
  }
}
