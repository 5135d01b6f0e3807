import Journal

/// What the operator has to do after the run, as boxes to tick.
public struct Checklist: Sendable {
  /// What it is about.
  public var title: String
  /// The points.
  public var items: [String]

  /// Describes a list.
  public init(title: String, items: [String]) {
    self.title = title
    self.items = items
  }

  /// The list of a run's note.
  public init(_ note: RunNote) { self.init(title: note.title, items: note.items) }

  /// The list's lines, wrapped at `columns`, at most 100.
  public func render(columns: Int, style: Style) -> [String] {
    lines(columns: columns, style: style).map { $0.text(style, columns: columns) }
  }

  func lines(columns: Int, style: Style) -> [Line] {
    let width = min(columns, 100)
    var lines = Wrapping.wrap(title, to: width).map { Line($0, .strong) }
    for item in items {
      for (index, part) in Wrapping.wrap(item, to: width - 6).enumerated() {
        var line = Line(index == 0 ? "  [ ] " : "      ", .warning)
        line.append(part)
        lines.append(line)
      }
    }
    return lines
  }
}
