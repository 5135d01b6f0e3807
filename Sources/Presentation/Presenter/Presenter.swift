import Journal

/// Shows a run to a person or a program while it goes on.
public protocol Presenter: Sendable {
  /// Shows what happened. Returns without waiting for a slow terminal, but for what commands print, of which there may be
  /// more than there is room for.
  func show(_ event: Event) async

  /// Shows a message of the program's own, for example that it is about to stop.
  func say(_ text: String) async

  /// Clears the way for a question at the terminal; the display stands still until ``resume()``.
  func pause() async

  /// Goes on after ``pause()``.
  func resume() async

  /// Shows how the execution ended, waits until all is written, and leaves the terminal as it was. Called once, last.
  func finish(_ ending: Ending) async
}

/// Which ``Presenter`` suits.
public enum PresenterKind: Sendable, Hashable {
  /// ``LiveTree``.
  case tree
  /// ``PlainLines``.
  case lines
  /// ``JSONLines``.
  case json

  /// The tree on a terminal that can move its cursor, else plain lines; JSON when that is asked for.
  public static func suitable(environment: [String: String], isTerminal: Bool, json: Bool) -> PresenterKind {
    if json { return .json }
    let terminal = environment["TERM"] ?? ""
    return isTerminal && !terminal.isEmpty && terminal != "dumb" ? .tree : .lines
  }
}
