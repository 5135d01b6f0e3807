import Values

/// The calls in scripts that led to a failure, read from its traceback.
struct CallFrames {
  /// One call: where, and in which function.
  struct Frame: Hashable {
    var place: SourcePlace
    /// The function's name; `nil` where it has none, or it is the file itself.
    var function: String?
  }

  /// Innermost first; each place once in a row. Calls of Lua's own and of the program's functions are left out.
  let frames: [Frame]

  init(_ traceback: String?) {
    var frames: [Frame] = []
    for line in (traceback ?? "").split(separator: "\n") {
      guard let range = line.firstRange(of: ": in "),
        let place = SourcePlace(value: .string(line[..<range.lowerBound].drop(while: \.isWhitespace).description))
      else { continue }
      let name = line[range.upperBound...].split(separator: "'", omittingEmptySubsequences: false)
      let frame = Frame(place: place, function: name.count == 3 ? String(name[1]) : nil)
      if frames.last?.place != place { frames.append(frame) }
    }
    self.frames = frames
  }

  /// Those that called what stands at a place.
  func callers(of place: SourcePlace?) -> [Frame] {
    guard let place, let index = frames.firstIndex(where: { $0.place == place }) else { return frames }
    return Array(frames[(index + 1)...])
  }
}

extension Failure {
  /// The places in scripts that a report of it shows lines of.
  public var scriptPlaces: [SourcePlace] {
    (place.map { [$0] } ?? []) + CallFrames(traceback).frames.map(\.place) + related.flatMap(\.scriptPlaces)
  }
}
