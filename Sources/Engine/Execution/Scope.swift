import Synchronization
import Values

/// A part of a run with a name of its own: the run itself, a `scope`, a branch of a `parallel`. Step paths begin with it.
final class Scope: Sendable {
  /// The components of its path; empty for the run itself.
  let path: [String]
  /// The host that the branch is about.
  let host: String?
  /// The scope around it.
  let parent: Scope?
  /// Its place in the order of the script: the numbers that it and the scopes around it were given in their parents.
  let order: [Int]
  private let state = Mutex(State())

  private struct State {
    var places: [String: SourcePlace?] = [:]
    var counters: [String: Int] = [:]
    var isHalted = false
    var touched: [String: Unknown] = [:]
  }

  init() {
    path = []
    host = nil
    parent = nil
    order = []
  }

  private init(path: [String], host: String?, parent: Scope) {
    self.path = path
    self.host = host
    self.parent = parent
    order = parent.nextOrder()
  }

  /// The place of what comes next in this scope, in the order of the script, which is the same whatever finishes first.
  func nextOrder() -> [Int] { order + [next("order")] }

  /// A scope inside this one. An empty name adds nothing to the path but is a branch of its own.
  func child(_ name: String, host: String? = nil) -> Scope {
    Scope(path: name.isEmpty ? path : path + [Self.component(name)], host: host ?? self.host, parent: self)
  }

  /// The path of something named so in this scope.
  func path(of name: String) -> String { (path + [Self.component(name)]).joined(separator: "/") }

  /// A name as one component of a path: the separator becomes a division slash (U+2215).
  static func component(_ name: String) -> String { name.replacing("/", with: "\u{2215}") }

  /// Claims a name for a step or a scope; throws when it is taken already. `kinds` are what it names: `steps`.
  func claim(_ name: String, among kinds: String, at place: SourcePlace?) throws {
    let earlier: SourcePlace?? = state.withLock { state in
      if let earlier = state.places[name] { return .some(earlier) }
      state.places[name] = .some(place)
      return nil
    }
    guard let earlier else { return }
    let first = earlier.map { ", first at \($0)" } ?? ""
    throw Failure(
      .duplicateStep, "there are two \(kinds) of the path \"\(path(of: name))\"\(first)", place: place,
      hint: "each needs a path of its own, because it is found by it on resume: "
        + "say in the name what it is about, or put one of them into a scope(\"…\", function() … end)")
  }

  /// The next number of a kind of unnamed thing in this scope, counted from 1.
  func next(_ kind: String) -> Int {
    state.withLock {
      $0.counters[kind, default: 0] += 1
      return $0.counters[kind]!
    }
  }

  /// No further step begins in this scope or below it: another branch failed.
  func halt() { state.withLock { $0.isHalted = true } }

  /// Whether this scope or one around it was halted.
  var isHalted: Bool {
    if state.withLock({ $0.isHalted }) { return true }
    return parent?.isHalted ?? false
  }

  /// Notes that a planned step would change something on that host.
  func touch(_ host: String, after step: String) {
    state.withLock { $0.touched[host] = $0.touched[host] ?? Unknown(after: step) }
  }

  /// What makes the state of that host unknown here: a planned change in this scope or before it in one around it.
  func touched(_ host: String) -> Unknown? {
    state.withLock { $0.touched[host] } ?? parent?.touched(host)
  }

  /// Takes over what was touched in a finished branch.
  func absorb(_ branch: Scope) {
    let other = branch.state.withLock { $0.touched }
    state.withLock { $0.touched.merge(other, uniquingKeysWith: { first, _ in first }) }
  }
}
