import Journal
import LuaVM
import Synchronization
import Values

/// The calls of one attempt: those that earlier attempts have begun, and its own.
///
/// An equal call claims what was begun before, wherever the script reaches it. A call that was not begun before has to
/// wait until everything that must not be done twice is claimed. An idempotent one that has finished can be claimed
/// too, since later calls may depend on it, but need not be. When no branch of the step can continue and something is
/// still unclaimed, the step does something different from what it had begun: that is doubt, and every waiting call
/// ends with ``CallsDiffer``.
final class CallLedger: Sendable {
  private struct State {
    /// Begun by earlier attempts, claimed by none of this one's calls yet.
    var unclaimed: [EffectState]
    /// The same of idempotent calls.
    var repeatable: [EffectState]
    /// This attempt's own: begun or claimed in it.
    var own: [EffectState] = []
    /// How many branches of the step can still reach a call.
    var active = 1
    var waiting: [Int: (wanted: String, resume: CheckedContinuation<Void, any Error>)] = [:]
    var next = 0
  }
  private let state: Mutex<State>

  /// - Parameters:
  ///   - open: What earlier attempts of the step have begun and is found again, in the order in which it began.
  ///   - repeatable: Their idempotent calls.
  init(open: [EffectState] = [], repeatable: [EffectState] = []) {
    state = Mutex(State(unclaimed: open, repeatable: open.isEmpty ? [] : repeatable))
  }

  /// Calls that earlier attempts have begun and no call has claimed.
  var unclaimed: [EffectState] { state.withLock { $0.unclaimed } }
  /// The calls of this attempt whose end is not known, unless doing them again does no harm and leaves nothing behind.
  var undecided: [EffectState] {
    state.withLock { $0.own.filter { $0.outcome == nil && (!$0.isIdempotent || $0.isFoundAgain) } }
  }

  /// All calls of this attempt, by their names.
  var own: [String: EffectState] {
    state.withLock { Dictionary($0.own.map { ($0.call, $0) }, uniquingKeysWith: { $1 }) }
  }

  /// What was begun before and is this very call; `nil` when the call is to begin now. Throws ``CallsDiffer``.
  ///
  /// Among equal ones the one of the same branch comes first, then the one that began first.
  /// - Parameters:
  ///   - isIdempotent: whether it is one that may be done again.
  ///   - wanted: the call, for people.
  func claim(
    _ identity: CallIdentity, branch: String, isIdempotent: Bool = false, wanted: String
  ) async throws -> EffectState? {
    let ticket = state.withLock { state -> Claim in
      let known = isIdempotent ? state.repeatable : state.unclaimed
      let equal = known.indices.filter { known[$0].isSame(as: identity) }
      if let index = equal.first(where: { known[$0].branch == branch }) ?? equal.first {
        if isIdempotent { state.repeatable.remove(at: index) } else { state.unclaimed.remove(at: index) }
        state.own.append(known[index])
        return .found(known[index])
      }
      guard !state.unclaimed.isEmpty else { return .new }
      state.next += 1
      return .waits(state.next)
    }
    switch ticket {
    case .new: return nil
    case .found(let effect):
      wake()
      return effect
    case .waits(let number):
      try await wait(number, wanted)
      return nil
    }
  }

  private enum Claim {
    case new
    case found(EffectState)
    case waits(Int)
  }

  /// A call of this attempt begins.
  func begins(_ effect: EffectState) { state.withLock { $0.own.append(effect) } }

  /// The host has said that a call of this attempt was begun; false when that was known already.
  func launched(_ call: String) -> Bool {
    state.withLock { state in
      guard let index = state.own.firstIndex(where: { $0.call == call }), !state.own[index].isLaunched else {
        return false
      }
      state.own[index].isLaunched = true
      return true
    }
  }

  /// Whether the host has said that a call of this attempt was begun.
  func isLaunched(_ call: String) -> Bool { state.withLock { $0.own.contains { $0.call == call && $0.isLaunched } } }

  /// The outcome of a call of this attempt is known.
  func ended(_ call: String, _ outcome: EffectOutcome) {
    state.withLock { state in
      for index in state.own.indices where state.own[index].call == call { state.own[index].outcome = outcome }
    }
  }

  /// A branch of the step begins.
  func enter() { state.withLock { $0.active += 1 } }

  /// A branch of the step ends, or waits for others.
  func leave() {
    state.withLock { $0.active -= 1 }
    wake()
  }

  private func wait(_ number: Int, _ wanted: String) async throws {
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        let isOver = state.withLock { state in
          if Task.isCancelled { return true }
          state.waiting[number] = (wanted, continuation)
          state.active -= 1
          return false
        }
        if isOver { continuation.resume(throwing: CancellationError()) } else { wake() }
      }
    } onCancel: {
      let waiter = state.withLock { state in
        let waiter = state.waiting.removeValue(forKey: number)
        if waiter != nil { state.active += 1 }
        return waiter
      }
      waiter?.resume.resume(throwing: CancellationError())
    }
  }

  /// Lets the waiting calls continue, if everything is claimed; ends them, if nothing else can claim the rest.
  private func wake() {
    let (waiting, error) = state.withLock { state -> ([CheckedContinuation<Void, any Error>], CallsDiffer?) in
      let isDoubt = !state.unclaimed.isEmpty
      guard !state.waiting.isEmpty, !isDoubt || state.active <= 0 else { return ([], nil) }
      let waiting = state.waiting.sorted { $0.key < $1.key }.map(\.value)
      state.waiting = [:]
      state.active += waiting.count
      return (
        waiting.map(\.resume), isDoubt ? CallsDiffer(begun: state.unclaimed, wanted: waiting.map(\.wanted)) : nil
      )
    }
    for continuation in waiting {
      if let error { continuation.resume(throwing: error) } else { continuation.resume() }
    }
  }
}

/// A step makes calls that differ from those that it had begun before.
struct CallsDiffer: UncatchableError {
  /// What was begun before and no call claims.
  var begun: [EffectState]
  /// The calls that came instead; empty when the step ended without any.
  var wanted: [String]
}

extension EffectState {
  /// Whether it is this very piece of work.
  func isSame(as identity: CallIdentity) -> Bool {
    // By their bytes: a host distinguishes texts that look alike. That of an idempotent call may have been chosen of
    // several, which are among what its input is a digest of.
    (isIdempotent || host.map { Array($0.utf8) } == identity.host.map { Array($0.utf8) })
      && words.map { Array($0.utf8) } == identity.words.map { Array($0.utf8) } && input == identity.input
  }
}
