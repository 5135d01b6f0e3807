import Synchronization
import Values

/// A named part of a run: the run itself, a `scope`, a branch of a `parallel`. Step paths begin with it.
final class Scope: Sendable {
  /// The components of its path; empty for the run itself.
  let path: [String]
  /// The host that the branch is about.
  let host: String?
  /// The scope around it.
  let parent: Scope?
  /// Its place in the order of the script: the numbers that it and the scopes around it have in their parents.
  let order: [Int]
  /// The paths that are taken in the whole run.
  private let claims: PathClaims
  private let state = Mutex(State())

  private struct State {
    var counters: [String: Int] = [:]
    var isHalted = false
    var touched: [String: Unknown] = [:]
  }

  init(claims: PathClaims = PathClaims()) {
    self.claims = claims
    path = []
    host = nil
    parent = nil
    order = []
  }

  private init(path: [String], host: String?, parent: Scope) {
    self.path = path
    self.host = host
    self.parent = parent
    claims = parent.claims
    order = parent.nextOrder()
  }

  /// The place of what comes next in this scope, in the order of the script, which is the same whatever finishes first.
  func nextOrder() -> [Int] { order + [next("order")] }

  /// A scope inside this one, of a name that was claimed.
  func child(_ name: String, host: String? = nil) -> Scope {
    Scope(path: path + [PathName(name).component], host: host ?? self.host, parent: self)
  }

  /// The path of something with this name in this scope.
  func path(of name: String) -> String { (path + [PathName(name).component]).joined(separator: "/") }

  /// Claims a name in this scope for one thing; throws when its path is taken already in this run.
  func claim(_ name: String, _ kind: PathClaims.Kind, at location: SourceLocation?) throws {
    try claims.claim(name, kind, below: path, at: location)
  }

  /// The next number of a kind of unnamed thing in this scope, counted from 1. Kinds with the same path are counted
  /// together.
  func next(_ kind: String) -> Int {
    state.withLock {
      let kind = PathName(kind).component
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

  /// The planned change that makes the state of that host unknown here: in this scope, or before it in one around it.
  func touched(_ host: String) -> Unknown? {
    state.withLock { $0.touched[host] } ?? parent?.touched(host)
  }

  /// Takes over the hosts that a finished branch would change.
  func absorb(_ branch: Scope) {
    let other = branch.state.withLock { $0.touched }
    state.withLock { $0.touched.merge(other, uniquingKeysWith: { first, _ in first }) }
  }
}
