import LuaSyntax

/// Carries out the fixes of findings.
public enum Fixes {
  /// The text of a file with its fixes, and how many there were. Where two touch, the first is carried out.
  public static func apply(_ findings: [Finding], to text: CheckedText) -> (text: String, count: Int) {
    var bytes = Array(text.text.utf8), count = 0
    var limit = bytes.count
    for fix in findings.filter({ $0.file == text.file }).compactMap(\.fix).sorted(by: {
      $0.range.start > $1.range.start
    }) {
      guard fix.range.start >= 0, fix.range.end <= limit else { continue }
      bytes.replaceSubrange(fix.range.start..<fix.range.end, with: Array(fix.text.utf8))
      limit = fix.range.start
      count += 1
    }
    return (String(decoding: bytes, as: UTF8.self), count)
  }
}
