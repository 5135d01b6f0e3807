/// How many terminal columns text takes.
///
/// The rule is the common one (East Asian wide and emoji take two, marks none). Where terminals differ it takes the
/// larger number: a line that is a column short is better than one that wraps.
enum DisplayWidth {
  /// The columns of a text without controls.
  static func of(_ text: String) -> Int {
    if text.utf8.allSatisfy({ $0 < 0x80 }) { return text.utf8.count }
    return text.reduce(0) { $0 + of($1) }
  }

  /// The columns of a character as the reader sees it.
  static func of(_ character: Character) -> Int {
    var width = 0
    for scalar in character.unicodeScalars {
      // Variation selector 16 asks for the emoji form of the character before it.
      if scalar.value == 0xFE0F { width = max(width, 2) } else { width += of(scalar) }
    }
    let isFlag = character.unicodeScalars.allSatisfy { (0x1F1E6...0x1F1FF).contains($0.value) }
    return isFlag ? 2 : width
  }

  /// The beginning of a text that takes at most `columns`, ended by `ellipsis` when something was cut off.
  static func clip(_ text: String, to columns: Int, ellipsis: String) -> String {
    guard of(text) > columns else { return text }
    let mark = of(ellipsis) <= columns ? ellipsis : ""
    let room = max(0, columns - of(mark))
    var taken = ""
    var width = 0
    for character in text {
      let next = of(character)
      if width + next > room { break }
      taken.append(character)
      width += next
    }
    return taken + mark
  }

  /// The text filled up with spaces on the right.
  static func pad(_ text: String, to columns: Int) -> String {
    text + String(repeating: " ", count: max(0, columns - of(text)))
  }

  /// Whether the scalar sits on the character before it.
  static func isMark(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark: true
    default: false
    }
  }

  private static func of(_ scalar: Unicode.Scalar) -> Int {
    if scalar.value < 0x300 { return scalar.properties.generalCategory == .control ? 0 : 1 }
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format: return 0
    default: break
    }
    if isWide(scalar.value) || scalar.properties.isEmojiPresentation { return 2 }
    return 1
  }

  /// The blocks that Unicode's East Asian Width (UAX #11) lists as wide or fullwidth.
  private static func isWide(_ value: UInt32) -> Bool {
    switch value {
    case 0x1100...0x115F, 0x2329...0x232A, 0x2E80...0x303E, 0x3041...0x4DBF, 0x4E00...0xA4CF, 0xA960...0xA97F,
      0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE10...0xFE19, 0xFE30...0xFE6F, 0xFF01...0xFF60, 0xFFE0...0xFFE6,
      0x16FE0...0x18DFF, 0x1AFF0...0x1B2FF, 0x1F200...0x1F2FF, 0x20000...0x3FFFD:
      true
    default: false
    }
  }
}
