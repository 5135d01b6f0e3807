import Synchronization

/// Hands a script's steps to one driver and later to another: a rollback first walks, then carries out.
final class DriverSwitch: DriverLayer {
  private let current: Mutex<any StepDriver>

  init(_ first: any StepDriver) { current = Mutex(first) }

  /// From now on another one.
  func use(_ driver: any StepDriver) { current.withLock { $0 = driver } }

  var inner: any StepDriver { current.withLock { $0 } }
}
