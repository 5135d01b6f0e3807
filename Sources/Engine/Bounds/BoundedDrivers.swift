import Journal
import LuaVM
import Synchronization
import Values

/// The drivers that hold an execution within its bounds.
struct BoundedDrivers {
  let driver: any StepDriver
  private let until: UntilDriver?

  /// - Parameters:
  ///   - bounds: with whole paths.
  ///   - planned: what a walk found out about the steps that are not done.
  init(
    _ bounds: ExecutionBounds, around inner: any StepDriver, history: RunState, planned: [PlannedStep],
    turns: StepTurns?, stop: StopSignal
  ) {
    until = bounds.until.map { UntilDriver(inner, path: $0, stop: stop) }
    var driver: any StepDriver = until ?? inner
    if let turns {
      let byPath = Dictionary(planned.map { ($0.path, $0) }, uniquingKeysWith: { first, _ in first })
      driver = StepwiseDriver(inner: driver, history: history, planned: byPath, turns: turns, stop: stop)
    }
    if let host = bounds.only {
      let reading = planned.filter { $0.verdict != .change }.map(\.path)
      driver = OnlyDriver(inner: driver, host: host, history: history, reading: Set(reading))
    }
    self.driver = driver
  }

  /// To be called when the script came to its end: throws when it had to stop before.
  func checkEnd() throws { try until?.missed() }
}

/// Limits the branches of a `parallel` over hosts to one host: in those of the others nothing is changed.
///
/// Such a branch returns what is recorded, carries out steps that only read, and ends before the first that would
/// change something. The run then ends after the `parallel`: later steps may need all branches.
struct OnlyDriver: DriverLayer {
  let inner: any StepDriver
  let host: String
  let history: RunState
  /// The paths of steps that change nothing, as a walk has found.
  let reading: Set<String>

  func step(_ request: StepRequest) async throws -> LuaValue {
    let isDone = history.step(at: request.path)?.status == .succeeded
    if !isDone, !reading.contains(request.path) { try leaveOut(request.scope) }
    return try await inner.step(request)
  }

  func perform(_ call: PrimitiveCall, in frame: StepFrame) async throws -> LuaValue {
    // A walk may not have seen that the step changes something.
    if case .changes = call.primitive.effect, let scope = TaskContext.scope { try leaveOut(scope) }
    return try await inner.perform(call, in: frame)
  }

  func approve(_ message: String, in scope: Scope) async throws {
    let isGranted = history.approval(at: scope.path(of: "approve: \(message)"))?.answer == .granted
    if !isGranted { try leaveOut(scope) }
    try await inner.approve(message, in: scope)
  }

  /// Throws where the branch is another host's.
  private func leaveOut(_ scope: Scope) throws {
    if let other = scope.host, other != host { throw LeftOut(hosts: [other]) }
  }
}

/// Stops the run once a step is done, or was done before.
final class UntilDriver: DriverLayer {
  let inner: any StepDriver
  private let path: String
  private let stop: StopSignal
  private let reached = Mutex<[String]>([])

  init(_ inner: any StepDriver, path: String, stop: StopSignal) {
    self.inner = inner
    self.path = path
    self.stop = stop
  }

  func step(_ request: StepRequest) async throws -> LuaValue {
    reached.withLock { $0.append(request.path) }
    let result = try await inner.step(request)
    guard request.path == path else { return result }
    // Other branches finish their running steps.
    stop.raise()
    throw StoppedShort(reason: "stopped after \"\(path)\" (--until)")
  }

  /// To be called at the end of the script: throws, because it did not reach the step.
  func missed() throws { throw StepName(path).unknown(among: reached.withLock { $0 }) }
}

/// The end of a branch that is not a failure: the others continue.
protocol BranchPause: UncatchableError {}

/// The run stops here, because its bounds say so.
struct StoppedShort: UncatchableError {
  /// Why, for people.
  var reason: String
}

/// A branch stops, because the run is limited to another host.
struct LeftOut: BranchPause {
  /// Whose branches were left out.
  var hosts: Set<String>
}
