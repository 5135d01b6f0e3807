import Journal

/// Shows a run to a person or a program while it is running.
package protocol Presenter: Sendable {
  /// Shows what happened. Returns without waiting for a slow terminal, except for the output of commands, of which
  /// there may be more than there is room for.
  func show(_ event: Event) async

  /// Shows a message of the program's own, for example that it is about to stop.
  func say(_ text: String) async

  /// Makes room for a question at the terminal; the display does not change until ``resume()``.
  func pause() async

  /// Continues after ``pause()``.
  func resume() async

  /// Shows how the execution ended, waits until all is written, and leaves the terminal as it was. Called once, last.
  func finish(_ ending: Ending) async
}

/// Which ``Presenter`` suits.
package enum PresenterKind: Sendable, Hashable {
  /// ``LiveTree``.
  case tree
  /// ``PlainLines``.
  case lines
  /// ``JSONLines``.
  case json

  /// The tree on a terminal that can move its cursor, else plain lines; JSON when that is asked for.
  package static func suitable(environment: [String: String], isTerminal: Bool, json: Bool) -> PresenterKind {
    if json { return .json }
    let terminal = environment["TERM"] ?? ""
    return isTerminal && !terminal.isEmpty && terminal != "dumb" ? .tree : .lines
  }
}
