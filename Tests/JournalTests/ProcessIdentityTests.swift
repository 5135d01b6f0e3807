import Foundation
import Testing

@testable import Journal

@Suite("Whether a lease's holder is gone")
struct ProcessIdentityTests {
  private let identity = ProcessIdentity.current

  private func holder(_ change: (inout LeaseHolder) -> Void) -> LeaseHolder {
    var holder = identity.holder(for: "k3f9x2")
    change(&holder)
    return holder
  }

  @Test("this process is described, and is not gone")
  func current() async throws {
    #expect(identity.processID == getpid())
    #expect(!identity.machine.isEmpty)
    #expect(!identity.bootID.isEmpty)
    #expect(!identity.user.isEmpty)
    #expect(!identity.isGone(identity.holder(for: "k3f9x2")))
    #if os(Linux)
      #expect(identity.processStart > 0)
      let uname = try #require(Tool("uname"))
      #expect(try await uname.run("-n") == identity.machine + "\n")
    #endif
  }

  @Test("a process of another machine is not known to be gone")
  func otherMachine() {
    #expect(
      !identity.isGone(
        holder {
          $0.machine = "another"
          $0.bootID = "another"
        }))
  }

  @Test("a process of an earlier boot is gone")
  func otherBoot() {
    #expect(identity.isGone(holder { $0.bootID = "0/0" }))
    #expect(!identity.isGone(holder { $0.bootID = "" }), "an unknown boot tells nothing")
  }

  @Test("a process that ended is gone")
  func ended() async throws {
    // The shell's own child, which the shell collects before it prints. (Not with `wait`: that needs SIGCHLD, which
    // the threads of this process block and their children inherit.)
    let shell = try #require(Tool("sh"))
    let printed = try await shell.run("-c", "echo $(sh -c 'echo $$')")
    let ended = try #require(Int32(printed.trimmingCharacters(in: .whitespacesAndNewlines)))
    #expect(identity.isGone(holder { $0.processID = ended }))
  }

  #if os(Linux)
    @Test("a process ID that went to another process is gone")
    func recycled() {
      #expect(identity.isGone(holder { $0.processStart -= 1 }))
    }

    @Test("a process of another container of this boot is not known to be gone")
    func otherNamespace() {
      #expect(
        !identity.isGone(
          holder {
            $0.bootID += "9"; $0.processID = .max
          }))
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
  #endif
}
