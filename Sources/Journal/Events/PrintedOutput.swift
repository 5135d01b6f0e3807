import Values

/// The output of the commands of a step's attempt on one host, as the journal holds it: without it, output that a step
/// returns would be kept twice.
struct PrintedOutput {
  /// The host; `nil` for output of none.
  var host: String?
  /// The texts of the attempt's events `step.output`, in order.
  var parts: [(sequence: Int64, bytes: [UInt8])]
}

/// A text that is in a row of events `step.output` of one attempt and host, and how they are joined.
struct OutputReference: Hashable {
  /// How the text continues after a part, and which bytes of the part do not belong to it.
  struct Join: Hashable {
    /// Whether a line break follows.
    var isLine: Bool
    /// Where the part has a line break of its own making: a very long line is kept in pieces.
    var cuts: [Int] = []
  }

  /// The event's numbers.
  var first: Int64
  var last: Int64
  var host: String?
  var joins: [Join]
  var isText: Bool

  /// A shorter text is written out.
  static let shortest = 4096
  /// More pieces of long lines than this are not described.
  private static let mostCuts = 1000

  /// Where this text, or these bytes, were printed; `nil` if they were not, or other output came in between.
  static func find(_ value: Value, in outputs: [PrintedOutput]) -> OutputReference? {
    let text: [UInt8], isText: Bool
    switch value {
    case .string(let string) where string.utf8.count >= shortest: (text, isText) = (Array(string.utf8), true)
    case .bytes(let bytes) where bytes.count >= shortest: (text, isText) = (bytes, false)
    default: return nil
    }
    for output in outputs {
      for start in output.parts.indices {
        guard let joins = joins(text[...], output.parts[start...]) else { continue }
        return OutputReference(
          first: output.parts[start].sequence, last: output.parts[start + joins.count - 1].sequence,
          host: output.host, joins: joins, isText: isText)
      }
    }
    return nil
  }

  private static func joins(
    _ text: ArraySlice<UInt8>, _ parts: ArraySlice<(sequence: Int64, bytes: [UInt8])>
  ) -> [Join]? {
    var rest = text, joins: [Join] = [], cuts = 0
    for part in parts {
      guard let (length, found) = match(part.bytes, rest) else { return nil }
      cuts += found.count
      guard cuts <= mostCuts else { return nil }
      rest = rest.dropFirst(length)
      let isLine = rest.first == UInt8(ascii: "\n")
      if isLine { rest = rest.dropFirst() }
      joins.append(Join(isLine: isLine, cuts: found))
      if rest.isEmpty { return joins }
    }
    return nil
  }

  /// How much of the text the part is, and which of its line breaks the text has not.
  private static func match(_ part: [UInt8], _ text: ArraySlice<UInt8>) -> (length: Int, cuts: [Int])? {
    if text.starts(with: part) { return (part.count, []) }
    var rest = text, cuts: [Int] = [], offset = 0
    for piece in part.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      if offset > 0 {
        if rest.first == UInt8(ascii: "\n") { rest = rest.dropFirst() } else { cuts.append(offset - 1) }
      }
      guard cuts.count <= mostCuts, rest.starts(with: piece) else { return nil }
      rest = rest.dropFirst(piece.count)
      offset += piece.count + 1
    }
    return (rest.startIndex - text.startIndex, cuts)
  }

  /// The text, of the parts that it names; `nil` when they are others.
  func text(_ parts: [[UInt8]]) -> Value? {
    guard parts.count == joins.count else { return nil }
    var bytes: [UInt8] = []
    for (part, join) in zip(parts, joins) {
      var from = 0
      for cut in join.cuts {
        guard cut >= from, cut < part.count else { return nil }
        bytes += part[from..<cut]
        from = cut + 1
      }
      bytes += part[from...]
      if join.isLine { bytes.append(UInt8(ascii: "\n")) }
    }
    guard isText else { return .bytes(bytes) }
    return String(validating: bytes, as: UTF8.self).map { .string($0) }
  }

  /// As the journal holds it: of each part whether a line break follows, and where it was cut.
  var value: Value {
    var members: [String: Value] = [
      "first": .integer(first), "last": .integer(last), "text": .bool(isText),
      "joins": .array(
        joins.map { join in
          join.cuts.isEmpty
            ? .bool(join.isLine) : .array([.bool(join.isLine)] + join.cuts.map { .integer(Int64($0)) })
        }),
    ]
    if let host { members["host"] = .string(host) }
    return .object(members)
  }

  /// Reads ``value``.
  init?(_ value: Value) {
    guard let first = value["first"]?.integerValue, let last = value["last"]?.integerValue, first <= last,
      let joins = value["joins"]?.arrayValue, let isText = value["text"]?.boolValue
    else { return nil }
    var read: [Join] = []
    for join in joins {
      guard let isLine = join.boolValue ?? join.arrayValue?.first?.boolValue else { return nil }
      let cuts = (join.arrayValue ?? []).dropFirst().map { $0.integerValue.flatMap(Int.init(exactly:)) }
      guard !cuts.contains(nil) else { return nil }
      read.append(Join(isLine: isLine, cuts: cuts.compactMap(\.self)))
    }
    self.init(first: first, last: last, host: value["host"]?.stringValue, joins: read, isText: isText)
  }

  init(first: Int64, last: Int64, host: String?, joins: [Join], isText: Bool) {
    (self.first, self.last, self.host, self.joins, self.isText) = (first, last, host, joins, isText)
  }
}

/// The output of commands, as events of the kind `step.output` carry it: the member `text` is one line or more, without
/// the end of the last one; bytes if it is not text. Events of older journals hold one line each.
package enum OutputText {
  /// The text of an event; invalid UTF-8 is repaired.
  package static func of(_ event: Event) -> String {
    switch event.content(Event.StepOutput.self)?.text {
    case .string(let text)?: text
    case .bytes(let bytes)?: String(decoding: bytes, as: UTF8.self)
    default: ""
    }
  }

  /// One event for what a step printed in two, one after the other; `nil` where they are not of one attempt and host.
  package static func joined(_ first: Event, _ second: Event) -> Event? {
    guard first.kind == .stepOutput, second.kind == .stepOutput, first.path == second.path,
      first.attempt == second.attempt, first.host == second.host, first.payload.objectValue?.count == 1,
      second.payload.objectValue?.count == 1
    else { return nil }
    var joined = first
    switch (first.payload["text"], second.payload["text"]) {
    case (.string(let one)?, .string(let other)?): joined.payload = ["text": .string(one + "\n" + other)]
    case (let one?, let other?):
      guard let one = bytes(one), let other = bytes(other) else { return nil }
      joined.payload = ["text": .bytes(one + [UInt8(ascii: "\n")] + other)]
    default: return nil
    }
    return joined
  }

  private static func bytes(_ value: Value) -> [UInt8]? {
    switch value {
    case .string(let text): Array(text.utf8)
    case .bytes(let bytes): bytes
    default: nil
    }
  }

  /// The lines of what was printed, without their ends.
  package static func lines(of bytes: [UInt8]) -> [String] {
    bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map { line in
      String(decoding: line.last == UInt8(ascii: "\r") ? line.dropLast() : line, as: UTF8.self)
    }
  }

  /// The newest lines of a text, as many as that, each no longer than so many bytes, and how many there are in all.
  static func newest(_ text: String, _ most: Int, bytes limit: Int) -> (lines: [String], count: Int) {
    var text = text
    return text.withUTF8 { utf8 in
      var lines: [String] = [], count = 0, end = utf8.endIndex
      var place = utf8.endIndex
      while place >= utf8.startIndex {
        if place == utf8.startIndex || utf8[place - 1] == UInt8(ascii: "\n") {
          count += 1
          if lines.count < most {
            let line = utf8[place..<end]
            let own = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
            let shown = String(decoding: own.prefix(limit), as: UTF8.self)
            lines.append(own.count > limit ? shown + "…" : shown)
          }
          end = place - 1
        }
        place -= 1
      }
      return (lines.reversed(), count)
    }
  }
}
