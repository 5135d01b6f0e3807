/// Who holds a lease, or a lock on a host.
public struct LeaseHolder: Sendable, Hashable, Codable {
  /// The machine's host name.
  public var machine: String
  /// The machine's boot, so that a process ID of an earlier boot is not taken for a living one.
  public var bootID: String
  /// The process.
  public var processID: Int32
  /// When that process started, in clock ticks since boot, so that a recycled process ID is not taken for it.
  public var processStart: UInt64
  /// The operator's user name.
  public var user: String
  /// The run on whose behalf it is held.
  public var run: String

  /// Names a holder.
  public init(machine: String, bootID: String, processID: Int32, processStart: UInt64, user: String, run: String) {
    self.machine = machine
    self.bootID = bootID
    self.processID = processID
    self.processStart = processStart
    self.user = user
    self.run = run
  }
}

extension LeaseHolder {
  /// What ends its process, for a person: `kill 4711 on desk`.
  public var ending: String { "kill \(processID) on \(machine)" }
}
