#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// A moment on the clock that counts from the start of a machine. It can't be set, and it continues while the machine
/// sleeps.
public struct BootTime: Sendable, Hashable {
  /// The start that it counts from, as the first part of ``ProcessIdentity/bootID`` names it.
  public var boot: String
  /// How long ago that was.
  public var microseconds: Int64

  /// Names a moment.
  public init(boot: String, microseconds: Int64) {
    self.boot = boot
    self.microseconds = microseconds
  }

  /// The present moment on this machine; `nil` if it does not report which start it is.
  public static var now: BootTime? {
    guard let boot = boot(of: ProcessIdentity.current.bootID) else { return nil }
    var time = timespec()
    #if canImport(Darwin)
      // Continues while the machine sleeps, unlike CLOCK_UPTIME_RAW.
      let clock = CLOCK_MONOTONIC_RAW
    #else
      let clock = CLOCK_BOOTTIME
    #endif
    guard clock_gettime(clock, &time) == 0 else { return nil }
    return BootTime(boot: boot, microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000)
  }

  /// The start that a process belongs to: all containers of a machine have the same. `nil` where it is not known.
  static func boot(of bootID: String) -> String? {
    bootID.split(separator: "/", omittingEmptySubsequences: false).first.flatMap { $0.isEmpty ? nil : String($0) }
  }
}
