import Foundation
import TestSupport
import Testing
import Values

@testable import Journal

@Suite("Whether a lease's holder lives", .usualTimeLimit)
struct ProcessIdentityTests {
  private let identity = ProcessIdentity.current

  private func holder(_ change: (inout LeaseHolder) -> Void) -> LeaseHolder {
    var holder = identity.holder(for: "k3f9x2")
    change(&holder)
    return holder
  }

  @Test("this process is described, and lives")
  func current() async throws {
    #expect(identity.processID == getpid())
    #expect(!identity.machine.isEmpty)
    #expect(!identity.bootID.isEmpty)
    #expect(!identity.user.isEmpty)
    #expect(identity.processStart > 0)
    #expect(identity.liveness(of: identity.holder(for: "k3f9x2")) == .alive)
    #expect(identity.liveness(of: holder { $0.machine = "renamed since" }) == .alive)
    let uname = try #require(Tool("uname"))
    #expect(try await uname.run("-n") == identity.machine + "\n")
  }

  @Test("of a process of another machine nothing is known")
  func otherMachine() {
    #expect(
      identity.liveness(
        of: holder {
          $0.machine = "another"
          $0.bootID = "another"
        }) == .unknown)
  }

  @Test("a process of an earlier boot is gone")
  func otherBoot() {
    #expect(identity.liveness(of: holder { $0.bootID = "0/0" }) == .gone)
    #expect(identity.liveness(of: holder { $0.bootID = "" }) == .unknown, "an unknown boot tells nothing")
  }

  @Test("a process that ended is gone")
  func ended() async throws {
    // The shell's own child, which the shell collects before it prints. (Not with `wait`: that needs SIGCHLD, which
    // the threads of this process block and their children inherit.)
    let shell = try #require(Tool("sh"))
    let printed = try await shell.run("-c", "echo $(sh -c 'echo $$')")
    let ended = try #require(Int32(printed.trimmingCharacters(in: .whitespacesAndNewlines)))
    #expect(identity.liveness(of: holder { $0.processID = ended }) == .gone)
  }

  @Test("a process ID that went to another process is gone")
  func recycled() {
    #expect(identity.liveness(of: holder { $0.processStart -= 1 }) == .gone)
  }

  @Test("of a process of another container of this boot nothing is known")
  func otherNamespace() {
    #expect(
      identity.liveness(
        of: holder {
          $0.bootID += "9"; $0.processID = .max
        }) == .unknown)
  }

  @Test("a process of which nothing is left but its exit code is gone, although nobody has asked for that")
  func uncollected() async throws {
    let process = Process(), input = Pipe(), output = Pipe()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    // What the shell becomes does not collect the child that the shell began.
    process.arguments = ["-c", "read word & echo $!; exec cat"]
    process.standardInput = input
    process.standardOutput = output
    try process.run()
    let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
    let child = try #require(Int32(line.trimmingCharacters(in: .whitespacesAndNewlines)))
    let start = try #require(ProcessIdentity.processStart(of: child))
    let limit = ContinuousClock.now + .seconds(60)
    let ended = holder {
      $0.processID = child
      $0.processStart = start
    }
    while identity.liveness(of: ended) != .gone {
      try #require(ContinuousClock.now < limit)
      await Task.yield()
    }
    #expect(kill(child, 0) == 0, "its ID is still taken")
    try input.fileHandleForWriting.close()
  }

  @Test("a process whose name holds spaces and parentheses is read")
  func oddName() async throws {
    let shell = try #require(Tool("sh"))
    try await withTemporaryFolder { folder in
      let odd = folder + "/a ) 1 2 (b"
      try FileManager.default.copyItem(atPath: "/bin/cat", toPath: odd)
      let process = Process()
      process.executableURL = URL(fileURLWithPath: odd)
      let input = Pipe()
      process.standardInput = input
      try process.run()
      let start = ProcessIdentity.processStart(of: process.processIdentifier)
      let expected = try await shell.run(
        "-c", "sed 's/.*) //' /proc/\(process.processIdentifier)/stat | cut -d' ' -f20")
      // It ends with its input, also when this process is killed.
      try input.fileHandleForWriting.close()
      #expect(start.map { "\($0)\n" } == expected)
    }
  }
}
