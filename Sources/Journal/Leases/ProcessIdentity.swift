import Foundation
import Glibc
import Values

/// What distinguishes this process from every other one, now and after a reboot.
package struct ProcessIdentity: Sendable, Hashable {
  /// The machine's host name.
  package let machine: String
  /// The machine's boot; on Linux with the number of the process namespace, because process IDs count within one.
  package let bootID: String
  /// The process.
  package let processID: Int32
  /// When it started, in clock ticks since boot; 0 if that is unknown.
  package let processStart: UInt64
  /// The operator's user name.
  package let user: String

  package init(machine: String, bootID: String, processID: Int32, processStart: UInt64, user: String) {
    self.machine = machine
    self.bootID = bootID
    self.processID = processID
    self.processStart = processStart
    self.user = user
  }

  /// This process.
  package static let current = ProcessIdentity(
    machine: hostName(), bootID: currentBootID(), processID: getpid(),
    processStart: processStart(of: getpid()) ?? 0, user: userName())

  /// This process as a holder of leases for a run.
  package func holder(for run: String) -> LeaseHolder {
    LeaseHolder(
      machine: machine, bootID: bootID, processID: processID, processStart: processStart, user: user, run: run)
  }

  /// Whether the holder's process lives. It has ended when it ran on this machine and there was another start since, when no
  /// such process is there, or when its ID went to a process that started at another time.
  package func liveness(of holder: LeaseHolder) -> ProcessLiveness {
    guard let ours = BootTime.boot(of: bootID), let theirs = BootTime.boot(of: holder.bootID) else { return .unknown }
    // No other machine has the ID of this start, but another one may have the same name.
    if ours != theirs { return holder.machine == machine ? .gone : .unknown }
    // Another container of this machine: its process IDs mean nothing here.
    guard bootID == holder.bootID, holder.processID > 0 else { return .unknown }
    if kill(holder.processID, 0) != 0 && errno == ESRCH { return .gone }
    guard holder.processStart > 0, let seen = Self.process(holder.processID) else { return .unknown }
    return seen.start == holder.processStart && !seen.hasEnded ? .alive : .gone
  }

  private static func currentBootID() -> String {
    guard let boot = try? String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8) else {
      return ""
    }
    let namespace = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/ns/pid")
    return boot.trimmingCharacters(in: .whitespacesAndNewlines) + "/" + (namespace ?? "").filter(\.isNumber)
  }

  /// When a process started; `nil` when it is not there or can't be seen.
  static func processStart(of process: Int32) -> UInt64? { self.process(process)?.start }

  /// Field 22 of proc(5)'s stat, and whether nothing is left of the process but its exit code, which its parent has
  /// not read: in a container that may stay so forever.
  private static func process(_ process: Int32) -> (start: UInt64, hasEnded: Bool)? {
    guard let stat = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8),
      let afterName = stat.lastIndex(of: ")")
    else { return nil }
    // The name is field 2, and may hold spaces and parentheses; field 3 follows its last one.
    let fields = stat[stat.index(after: afterName)...].split(separator: " ")
    guard fields.count > 19, let start = UInt64(fields[19]) else { return nil }
    guard ["Z", "X"].contains(fields[0]) else { return (start, false) }
    // A process whose first thread has ended looks the same, and its other threads live.
    let threads = try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(process)/task")
    return (start, (threads?.count ?? 0) <= 1)
  }

  private static func hostName() -> String {
    // Asked of the kernel: Foundation would ask a name server, and wait for it.
    var bytes = [UInt8](repeating: 0, count: 256)
    let isKnown = bytes.withUnsafeMutableBytes {
      gethostname($0.bindMemory(to: CChar.self).baseAddress!, $0.count - 1) == 0
    }
    return isKnown ? String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self) : "unknown"
  }

  private static func userName() -> String {
    // getpwuid's result lives in a buffer that other calls overwrite, so it gets one of its own.
    var entry = passwd()
    var found: UnsafeMutablePointer<passwd>?
    var buffer = [CChar](repeating: 0, count: 16_384)
    let name = buffer.withUnsafeMutableBufferPointer { buffer -> String? in
      guard getpwuid_r(getuid(), &entry, buffer.baseAddress!, buffer.count, &found) == 0, found != nil,
        let name = entry.pw_name
      else { return nil }
      return String(cString: name)
    }
    return name ?? "uid \(getuid())"
  }
}

/// A moment on the clock that counts from the start of a machine. It can't be set, and it continues while the machine
/// sleeps.
package struct BootTime: Sendable, Hashable {
  /// The start that it counts from, as the first part of ``ProcessIdentity/bootID`` names it.
  package var boot: String
  /// How long ago that was.
  package var microseconds: Int64

  package init(boot: String, microseconds: Int64) {
    self.boot = boot
    self.microseconds = microseconds
  }

  /// The present moment on this machine; `nil` if it does not report which start it is.
  package static var now: BootTime? {
    guard let boot = boot(of: ProcessIdentity.current.bootID) else { return nil }
    var time = timespec()
    let clock = CLOCK_BOOTTIME
    guard clock_gettime(clock, &time) == 0 else { return nil }
    return BootTime(boot: boot, microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000)
  }

  /// The start that a process belongs to: all containers of a machine have the same. `nil` where it is not known.
  static func boot(of bootID: String) -> String? {
    bootID.split(separator: "/", omittingEmptySubsequences: false).first.flatMap { $0.isEmpty ? nil : String($0) }
  }
}
