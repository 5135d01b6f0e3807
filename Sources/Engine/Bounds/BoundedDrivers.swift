import Values
import Journal

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
