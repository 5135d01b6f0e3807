/// A line of styled text. Whatever is put into it is made safe first; nothing reaches the terminal in another way.
struct Line: Sendable, Hashable {
  private struct Span: Sendable, Hashable {
    var text: String
    var tone: Tone
  }
  private var spans: [Span] = []
  private(set) var width = 0

  init() {}
  init(_ text: String, _ tone: Tone = .plain) { append(text, tone) }

  mutating func append(_ text: String, _ tone: Tone = .plain) {
    let safe = PlainText.line(text)
    if safe.isEmpty { return }
    spans.append(Span(text: safe, tone: tone))
    width += DisplayWidth.of(safe)
  }

  mutating func append(_ other: Line) {
    spans += other.spans
    width += other.width
  }

  mutating func indent(to column: Int) {
    if width < column { append(String(repeating: " ", count: column - width)) }
  }

  /// The beginning that takes at most `columns`.
  func clipped(to columns: Int, style: Style) -> Line {
    guard width > columns else { return self }
    var result = Line()
    let ellipsis = Symbols(style).ellipsis
    for (index, span) in spans.enumerated() {
      let room = columns - result.width
      let rest = index == spans.count - 1 ? "" : ellipsis
      if DisplayWidth.of(span.text) + DisplayWidth.of(rest) <= room {
        result.append(span.text, span.tone)
      } else {
        result.append(DisplayWidth.clip(span.text + rest + " ", to: room, ellipsis: ellipsis), span.tone)
        break
      }
    }
    return result
  }

  /// The text to write, without a line break, at most `columns` wide.
  func text(_ style: Style, columns: Int = .max) -> String {
    let line = clipped(to: columns, style: style)
    guard style.hasColour else { return line.spans.map(\.text).joined() }
    var result = ""
    for span in line.spans {
      let rendition = span.tone.graphicRendition
      result += rendition.isEmpty ? span.text : "\u{1B}[\(rendition)m\(span.text)\u{1B}[0m"
    }
    return result
  }
}
