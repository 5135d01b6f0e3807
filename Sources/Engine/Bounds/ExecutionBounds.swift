import Values

/// How an author who tries out a runbook limits an execution. Steps within the bounds are recorded like any other step,
/// and the run continues from there when it is resumed without them.
package struct ExecutionBounds: Sendable {
  /// The step after which it stops: its path, or the end of it.
  package var until: String?
  /// The only host on which branches of a `parallel` over hosts may change something.
  package var only: String?
  /// Asks before each step that would be carried out; `nil` as an answer stops there.
  package var ask: (@Sendable (StepQuestion) async throws -> StepAnswer?)?

  /// No bounds, or these.
  package init(
    until: String? = nil, only: String? = nil, ask: (@Sendable (StepQuestion) async throws -> StepAnswer?)? = nil
  ) {
    self.until = until
    self.only = only
    self.ask = ask
  }

  var isEmpty: Bool { until == nil && only == nil && ask == nil }

  /// The bounds with the path of the step that the name refers to. Throws when a walk through the runbook shows that
  /// there is no such step or host.
  func settled(by walk: DryRun.Findings, hosts: HostDirectory) throws -> ExecutionBounds {
    var bounds = self
    if let until { bounds.until = try StepName(until).path(in: walk) }
    if let only, hosts[only] == nil {
      throw Failure(
        .stepUnknown, "\"\(only)\" is not a host of the inventory",
        hint: Suggestion.hint(for: only, among: hosts.names))
    }
    return bounds
  }
}

/// A step as the user names it: by its path, or by the end of it.
struct StepName {
  private let text: String

  init(_ text: String) { self.text = text }

  /// Whether it may refer to that path.
  func matches(_ path: String) -> Bool { path == text || path.hasSuffix("/" + text) }

  /// The paths that it refers to: the one that is equal, or all that end with it.
  func matching(in paths: [String]) -> [String] { paths.contains(text) ? [text] : paths.filter(matches) }

  /// The path of the one step that it refers to. A name that the walk did not meet is taken as a whole path if the walk
  /// may not have reached every step, and the name is in the scripts; else it is a mistake, and everything would be
  /// done.
  func path(in walk: DryRun.Findings) throws -> String {
    let paths = walk.reached.map(\.path), matching = matching(in: paths)
    switch matching.count {
    case 1: return matching[0]
    case 0 where !walk.isComplete && isWritten(in: walk): return text
    case 0: throw unknown(among: paths)
    default: throw ambiguous(matching)
    }
  }

  /// Whether the scripts contain that name, as a text in quotes.
  private func isWritten(in walk: DryRun.Findings) -> Bool {
    let name = text.split(separator: "/").last.map(String.init) ?? text
    let texts = [walk.text] + walk.modules.map(\.text)
    return texts.contains { text in ["\"\(name)\"", "'\(name)'"].contains { text.contains($0) } }
  }

  /// The failure that there is no such step.
  func unknown(among paths: [String]) -> Failure {
    let names = paths + paths.compactMap { $0.split(separator: "/").last.map(String.init) }
    return Failure(.stepUnknown, "no such step was reached: \"\(text)\"", hint: Self.hint(text, paths, names))
  }

  func ambiguous(_ paths: [String]) -> Failure {
    Failure(
      .stepUnknown, "\(paths.count) steps end in \"\(text)\"",
      hint: "name one by its whole path: " + paths.prefix(8).map { "\"\($0)\"" }.joined(separator: ", ")
        + (paths.count > 8 ? ", …" : ""))
  }

  private static func hint(_ text: String, _ paths: [String], _ names: [String]) -> String {
    if let near = Suggestion.closest(to: text, among: names) { return "did you mean \"\(near)\"?" }
    if paths.isEmpty { return "the runbook has no step" }
    return "its steps are: " + paths.prefix(12).map { "\"\($0)\"" }.joined(separator: ", ")
      + (paths.count > 12 ? ", …" : "")
  }
}
