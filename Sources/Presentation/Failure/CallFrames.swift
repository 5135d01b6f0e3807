import Values

/// The calls in scripts that led to a failure, read from its traceback.
struct CallFrames {
  /// One call: where, and in which function.
  struct Frame: Hashable {
    var location: SourceLocation
    /// The function's name; `nil` where it has none, or it is the file itself.
    var function: String?
  }

  /// Innermost first; each place once in a row. Calls of Lua's own and of the program's functions are left out.
  let frames: [Frame]

  init(_ traceback: String?) {
    var frames: [Frame] = []
    for line in (traceback ?? "").split(separator: "\n") {
      guard let range = line.firstRange(of: ": in "),
        let location = SourceLocation(value: .string(line[..<range.lowerBound].drop(while: \.isWhitespace).description))
      else { continue }
      let name = line[range.upperBound...].split(separator: "'", omittingEmptySubsequences: false)
      let frame = Frame(location: location, function: name.count == 3 ? String(name[1]) : nil)
      if frames.last?.location != location { frames.append(frame) }
    }
    self.frames = frames
  }

  /// The callers of the code at a location.
  func callers(of location: SourceLocation?) -> [Frame] {
    guard let location, let index = frames.firstIndex(where: { $0.location == location }) else { return frames }
    return Array(frames[(index + 1)...])
  }
}

extension Failure {
  /// The places in scripts that a report of it shows lines of.
  public var scriptLocations: [SourceLocation] {
    (location.map { [$0] } ?? []) + CallFrames(traceback).frames.map(\.location) + related.flatMap(\.scriptLocations)
  }
}
