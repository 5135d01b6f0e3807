/// A bar that shows how much is done.
struct ProgressBar {
  /// From 0 to 1.
  let progress: Double
  let style: Style

  /// The bar and the number, in at most this many columns; `nil` where there is no room for a bar.
  func line(columns: Int) -> Line? {
    let percent = "\(Int((min(1, max(0, progress)) * 100).rounded(.down)))%"
    let width = min(30, columns - percent.count - 3)
    guard width >= 5 else { return nil }
    let full = Int((Double(width) * min(1, max(0, progress))).rounded(.down))
    let symbols = Symbols(style)
    var line = Line(String(repeating: symbols.barDone, count: full), .good)
    line.append(String(repeating: symbols.barOpen, count: width - full), .faint)
    line.append(" " + percent, .faint)
    return line
  }
}
