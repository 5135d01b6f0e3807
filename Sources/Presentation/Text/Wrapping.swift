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
