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
    // Other branches finish what is under way.
    stop.raise()
    throw StoppedShort(reason: "the step \"\(path)\" is done, and it was to go no further")
  }

  /// To be called at the end of the script: throws, because it did not come to the step.
  func missed() throws { throw StepName(path).unknown(among: reached.withLock { $0 }) }
}
