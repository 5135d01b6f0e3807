import LuaVM
import Synchronization
import Values

/// What failed while a script was executed, whether or not the script continued.
///
/// A script can catch a failure (`pcall`, a coroutine), and a `parallel` can let branches fail (`max_failures`). A run in
/// which that happened is not done, so its end names all that failed.
final class FailureLog: Sendable {
  /// Something that failed.
  private struct Entry {
    /// `step` or `branch`.
    var kind: PathClaims.Kind
    var path: String
    /// Its place in the order of the script.
    var order: [Int]
    var failure: Failure

    /// The failure as it is shown to people.
    var shown: Failure {
      guard kind == .branch else { return failure }
      var shown = failure
      shown.message = "the branch \"\(path)\": \(failure.message)"
      return shown
    }

    /// Whether that failure is this one, perhaps with more detail of where it happened.
    func isTold(by other: Failure) -> Bool {
      other.code == failure.code && other.message == failure.message
        && (other.step == nil || failure.step == nil || other.step == failure.step)
    }
  }

  private struct State {
    var entries: [Entry] = []
    /// The places in ``entries`` of what is below a path.
    var below: [String: [Int]] = [:]
    var mistake: Failure?
  }
  private let state = Mutex(State())

  // MARK: - Recording

  /// Notes that a step failed for this execution.
  func note(step path: String, order: [Int], in scope: Scope, _ failure: Failure) {
    var failure = failure
    failure.step = failure.step ?? path
    add(Entry(kind: .step, path: path, order: order, failure: failure), below: scope.path)
  }

  /// Notes that a branch failed. What of it was noted already, as a step or an inner branch, is not noted again.
  func note(branch scope: Scope, _ failure: Failure) {
    let path = scope.path.joined(separator: "/")
    let known = state.withLock { state in (state.below[path] ?? []).map { state.entries[$0] } }
    for leaf in Self.leaves(failure) where !known.contains(where: { $0.isTold(by: leaf) }) {
      var leaf = leaf
      leaf.host = leaf.host ?? scope.host
      add(Entry(kind: .branch, path: path, order: scope.order, failure: leaf), below: scope.path)
    }
  }

  /// Notes that the script called a built-in in a way that is always wrong. The first is kept.
  func note(mistake: Failure) { state.withLock { $0.mistake = $0.mistake ?? mistake } }

  private func add(_ entry: Entry, below scope: [String]) {
    state.withLock { state in
      for depth in scope.indices {
        state.below[scope[...depth].joined(separator: "/"), default: []].append(state.entries.count)
      }
      state.entries.append(entry)
    }
  }

  // MARK: - The end

  /// The first mistake in the script itself, which it may have caught.
  var mistake: Failure? { state.withLock { $0.mistake } }

  /// Passes on how a script ended, and names all that failed before.
  func settle(_ ending: Result<Void, any Error>) throws {
    do { try ending.get() } catch let refused as RunRefused {
      throw verdict.map { $0.adding([refused.failure]) } ?? refused
    } catch let concluded as RunConcluded {
      throw verdict.map { $0.adding([concluded.failure]) } ?? concluded
    } catch let ended as RunEnded {
      throw completed(ended.failure)
    } catch let left as LeftOut {
      // Limited to one host, the run has done all it had to do; if that failed, it has failed.
      let entries = entries
      if entries.count == 1 { throw entries[0].shown }
      throw failure(of: entries, "failed") ?? left
    } catch let error as any UncatchableError {
      throw error
    } catch is CancellationError {
      throw CancellationError()
    } catch let error as LuaError where error.kind == .interrupted {
      throw error
    } catch {
      throw completed(FailureMapping.failure(error))
    }
    if let verdict { throw verdict }
  }

  /// What a run ends with whose script reached its end; `nil` when nothing failed.
  private var verdict: Failure? {
    if let mistake { return completed(mistake) }
    return failure(of: entries, "failed, and the runbook continued")
      .map { $0.hinting("fix the causes, then resume: failed steps are tried again, done steps stay done") }
  }

  /// What a run is sure to end with, according to a walk that did nothing; `nil` when nothing is sure to fail.
  func foreseen(_ isConclusive: (Failure) -> Bool) -> Failure? {
    failure(of: entries.filter { $0.kind == .step || isConclusive($0.failure) }, "will fail, and the runbook continues")
      .map {
        $0.hinting("catch the failing call inside the step, or use its check: a run with a failed step is never done")
      }
  }

  /// What failed in a walk that only looks, as sentences.
  var warnings: [String] {
    entries.map {
      "the \($0.kind) \"\($0.path)\" failed while this plan was made, and the runbook continues: \($0.failure)"
    }
  }

  private var entries: [Entry] {
    state.withLock { $0.entries }.sorted { $0.order.lexicographicallyPrecedes($1.order) }
  }

  private func failure(of entries: [Entry], _ verb: String) -> Failure? {
    guard let first = entries.first else { return nil }
    let counts = [PathClaims.Kind.step, .branch].compactMap { kind -> String? in
      let count = entries.count { $0.kind == kind }
      return count == 0 ? nil : count == 1 ? "1 \(kind)" : "\(count) \(kind == .step ? "steps" : "branches")"
    }
    let subject = entries.count == 1 ? "the \(first.kind) \"\(first.path)\"" : counts.joined(separator: " and ")
    return Failure(.stepsFailed, "\(subject) \(verb)", related: entries.map(\.shown))
  }

  /// A failure that ends the run, with what else failed.
  private func completed(_ failure: Failure) -> Failure {
    let reported = [failure] + Self.leaves(failure)
    return failure.adding(entries.filter { entry in !reported.contains { entry.isTold(by: $0) } }.map(\.shown))
  }

  /// The failures that one represents.
  private static func leaves(_ failure: Failure) -> [Failure] {
    failure.related.isEmpty ? [failure] : failure.related.flatMap(leaves)
  }
}

extension Failure {
  fileprivate func adding(_ others: [Failure]) -> Failure {
    var failure = self
    failure.related += others
    return failure
  }

  fileprivate func hinting(_ hint: String) -> Failure {
    var failure = self
    failure.hint = hint
    return failure
  }
}

extension FailureCode {
  /// Steps or branches failed, and the runbook continued to its end.
  package static let stepsFailed: FailureCode = "run.steps_failed"
}
