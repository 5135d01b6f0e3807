import CYaml

/// Reads the events of a text one by one with libyaml, so that a bound holds before anything is built of them.
///
/// libyaml itself needs time and memory in proportion to the text, but for `%TAG` lines, each of which it compares with
/// all the others: their number is bounded first.
final class YAMLEventReader {
  /// So many lines of a text may begin with `%`, as directives do.
  static let directiveLimit = 100

  private let parser: UnsafeMutablePointer<yaml_parser_t>
  private let bytes: UnsafeMutableBufferPointer<UInt8>
  /// Where a character is in the bytes: the parser counts characters, and its marks go forward only.
  private var cursor = (character: 0, byte: 0)

  init(_ text: String) throws(YAMLMistake) {
    var text = text
    parser = .allocate(capacity: 1)
    parser.initialize(to: yaml_parser_t())
    bytes = text.withUTF8 { source in
      let copy = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: max(1, source.count))
      _ = copy.initialize(fromContentsOf: source)
      return UnsafeMutableBufferPointer(start: copy.baseAddress, count: source.count)
    }
    guard yaml_parser_initialize(parser) == 1 else {
      throw YAMLMistake(problem: "there is no memory for the parser", line: 1, column: 1)
    }
    yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
    yaml_parser_set_input_string(parser, bytes.baseAddress, bytes.count)
    if let line = lineOfTooManyDirectives() {
      throw YAMLMistake(problem: "more than \(Self.directiveLimit) lines begin with '%'", line: line, column: 1)
    }
  }

  deinit {
    yaml_parser_delete(parser)
    parser.deallocate()
    bytes.baseAddress?.deallocate()
  }

  /// The next event; after the end of the stream there is none to ask for.
  func next() throws(YAMLMistake) -> YAMLEvent {
    var event = yaml_event_t()
    guard yaml_parser_parse(parser, &event) == 1 else { throw mistake() }
    defer { yaml_event_delete(&event) }
    let line = event.start_mark.line + 1
    switch event.type {
    case YAML_STREAM_START_EVENT: return YAMLEvent(kind: .streamStart, line: line)
    case YAML_DOCUMENT_START_EVENT:
      let version = event.data.document_start.version_directive.map { "\($0.pointee.major).\($0.pointee.minor)" }
      return YAMLEvent(kind: .documentStart(version: version), line: line)
    case YAML_DOCUMENT_END_EVENT: return YAMLEvent(kind: .documentEnd, line: line)
    case YAML_ALIAS_EVENT: return YAMLEvent(kind: .alias(Self.text(event.data.alias.anchor) ?? ""), line: line)
    case YAML_SCALAR_EVENT:
      let scalar = event.data.scalar
      let text = String(decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length), as: UTF8.self)
      return YAMLEvent(
        kind: .scalar(text: text, isPlain: scalar.style == YAML_PLAIN_SCALAR_STYLE),
        tag: scalar.plain_implicit == 1 || scalar.quoted_implicit == 1
          ? hasBareTag(at: event.start_mark.index) ? "!" : nil : Self.text(scalar.tag),
        anchor: Self.text(scalar.anchor), line: line)
    case YAML_SEQUENCE_START_EVENT:
      let start = event.data.sequence_start
      return YAMLEvent(
        kind: .sequenceStart, tag: start.implicit == 1 ? nil : Self.text(start.tag), anchor: Self.text(start.anchor),
        line: line)
    case YAML_SEQUENCE_END_EVENT: return YAMLEvent(kind: .sequenceEnd, line: line)
    case YAML_MAPPING_START_EVENT:
      let start = event.data.mapping_start
      return YAMLEvent(
        kind: .mappingStart, tag: start.implicit == 1 ? nil : Self.text(start.tag), anchor: Self.text(start.anchor),
        line: line)
    case YAML_MAPPING_END_EVENT: return YAMLEvent(kind: .mappingEnd, line: line)
    default: return YAMLEvent(kind: .streamEnd, line: line)
    }
  }

  /// Whether a lone `!` comes before a scalar, which libyaml forgets: no scalar without quotes begins so, and none with
  /// quotes does.
  private func hasBareTag(at character: Int) -> Bool {
    while cursor.character < character, cursor.byte < bytes.count {
      repeat { cursor.byte += 1 } while cursor.byte < bytes.count && bytes[cursor.byte] & 0xC0 == 0x80
      cursor.character += 1
    }
    var rest = bytes[cursor.byte...]
    if rest.first == UInt8(ascii: "&") {
      rest = rest.drop { !Self.isSpace($0) }.drop(while: Self.isSpace)
    }
    return rest.first == UInt8(ascii: "!")
  }

  private static func isSpace(_ byte: UInt8) -> Bool { " \t\r\n".utf8.contains(byte) }

  private func mistake() -> YAMLMistake {
    let problem = parser.pointee.problem.map { String(cString: $0) } ?? "it can't be read"
    if parser.pointee.error == YAML_READER_ERROR {
      // Here libyaml counts bytes from the beginning.
      let before = bytes.prefix(parser.pointee.problem_offset)
      let start = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
      return YAMLMistake(
        problem: problem, line: before.count { $0 == UInt8(ascii: "\n") } + 1, column: before.count - start + 1)
    }
    let mark = parser.pointee.problem_mark
    return YAMLMistake(problem: problem, line: mark.line + 1, column: mark.column + 1)
  }

  private func lineOfTooManyDirectives() -> Int? {
    var line = 1, directives = 0, isAtStart = true
    for byte in bytes {
      if isAtStart, byte == UInt8(ascii: "%") {
        directives += 1
        if directives > Self.directiveLimit { return line }
      }
      isAtStart = byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r")
      if byte == UInt8(ascii: "\n") { line += 1 }
    }
    return nil
  }

  private static func text(_ pointer: UnsafeMutablePointer<UInt8>?) -> String? {
    pointer.map { String(cString: $0) }
  }
}

/// One event of a YAML text, as the parser reads it from the front to the back.
struct YAMLEvent {
  enum Kind {
    case streamStart
    case streamEnd
    /// With the version of a `%YAML` line, such as 1.2.
    case documentStart(version: String?)
    case documentEnd
    case alias(String)
    case scalar(text: String, isPlain: Bool)
    case sequenceStart
    case sequenceEnd
    case mappingStart
    case mappingEnd
  }

  var kind: Kind
  /// The tag as it was written out; `nil` without one.
  var tag: String?
  /// The name under which aliases ask for this value.
  var anchor: String?
  /// The line where it begins, from 1.
  var line: Int
}

/// Why a text is not YAML, and where.
struct YAMLMistake: Error {
  var problem: String
  var line: Int
  var column: Int
}
