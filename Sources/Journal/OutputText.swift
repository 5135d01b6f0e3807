import Values

/// The output of commands, as events of the kind `step.output` carry it: the member `text` is one line or more, without
/// the end of the last one; bytes if it is not text. Events of older journals hold one line each.
public enum OutputText {
  /// The text of an event; invalid UTF-8 is repaired.
  public static func of(_ event: Event) -> String {
    switch event.content(Event.StepOutput.self)?.text {
    case .string(let text)?: text
    case .bytes(let bytes)?: String(decoding: bytes, as: UTF8.self)
    default: ""
    }
  }

  /// One event for what a step printed in two, one after the other; `nil` where they are not of one attempt and host.
  public static func joined(_ first: Event, _ second: Event) -> Event? {
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
  public static func lines(of bytes: [UInt8]) -> [String] {
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
