import LuaVM
import Synchronization

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
