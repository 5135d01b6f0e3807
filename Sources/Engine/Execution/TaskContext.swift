import Synchronization
import Values

/// Where in the run the current task is.
enum TaskContext {
  /// The innermost scope; `nil` while a file is only being loaded.
  @TaskLocal static var scope: Scope?
  /// The step that is being carried out; `nil` between steps.
  @TaskLocal static var step: StepFrame?
  /// The branch of a `parallel` inside the step; empty outside of any.
  @TaskLocal static var branch = ""
  /// The time of a dry run; `nil` where waiting takes real time.
  @TaskLocal static var dryRunTime: DryRunTime?
}

/// One attempt of a step, or its check, while it runs.
final class StepFrame: Sendable {
  let path: String
  let attempt: Int
  let host: String?
  /// Whether this is the step's `check`, which only reads.
  let isCheck: Bool
  /// Whether the step says that repeating it does no harm, or has a check.
  let mayRepeat: Bool
  /// Its calls that must not be done twice.
  let ledger: CallLedger
  private let state = Mutex(State())

  private struct State {
    var calls = Calls()
    var commands: [ProcedureCommand] = []
    /// Reads that were reported already: a loop that polls repeats the same ones.
    var readings: Set<ProcedureCommand> = []
    var unknown: Unknown?
    var answers: [Reading: Result<Value, any Error>] = [:]
    var hasRepeated = false
  }

  /// A call that only reads.
  struct Reading: Hashable, Sendable {
    var name: String
    var arguments: Arguments
  }

  /// What was called so far.
  struct Calls: Sendable {
    var changing = 0
    var unchanged = 0
    var isIdempotent = true
  }

  init(
    path: String, attempt: Int, host: String?, isCheck: Bool = false, mayRepeat: Bool = false,
    ledger: CallLedger = CallLedger()
  ) {
    self.path = path
    self.attempt = attempt
    self.host = host
    self.isCheck = isCheck
    self.mayRepeat = mayRepeat
    self.ledger = ledger
  }

  var calls: Calls { state.withLock { $0.calls } }
  var commands: [ProcedureCommand] { state.withLock { $0.commands } }
  var unknown: Unknown? { state.withLock { $0.unknown } }

  /// Notes a call.
  func began(_ effect: Effect, commands: [ProcedureCommand]) {
    state.withLock {
      if effect == .reads {
        for command in commands where $0.readings.insert(command).inserted { $0.commands.append(command) }
      } else {
        $0.commands += commands
      }
      if case .changes(let repetition) = effect {
        $0.calls.changing += 1
        if repetition != .idempotent { $0.calls.isIdempotent = false }
      }
    }
  }

  /// The earlier answer to the same call in this step.
  func answer(to reading: Reading) -> Result<Value, any Error>? {
    state.withLock { state in
      guard let answer = state.answers[reading] else { return nil }
      state.hasRepeated = true
      return answer
    }
  }

  /// Keeps an answer for the same call.
  func keep(_ answer: Result<Value, any Error>, to reading: Reading) {
    state.withLock { if $0.answers.count < 10_000 { $0.answers[reading] = answer } }
  }

  /// Whether a call got an earlier answer, although the host might answer differently now.
  var hasRepeated: Bool { state.withLock { $0.hasRepeated } }

  func saidUnchanged() { state.withLock { $0.calls.unchanged += 1 } }
  func saw(_ unknown: Unknown) { state.withLock { $0.unknown = $0.unknown ?? unknown } }
}
