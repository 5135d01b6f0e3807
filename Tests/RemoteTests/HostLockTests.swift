import Foundation
import Remote
import TestSupport
import Testing
import Values

/// The lock of a host, in a folder of this machine.
@Suite(.usualTimeLimit) struct HostLockTests {
  private static let here = LocalTransport(host: HostSpec(name: "here", isLocal: true))

  /// The holder of a record that makes no sense.
  private static let unknown = LeaseHolder(
    machine: "", bootID: "", processID: 0, processStart: 0, user: "", run: "")

  private func withPlace(_ body: (String) async throws -> Void) async throws {
    let place = try await TestServer.command(["mktemp", "-d", "/tmp/rbl.XXXXXX"])
    defer { try? FileManager.default.removeItem(atPath: place) }
    try await body(place)
  }

  private func lock(_ place: String, over transport: any Transport = here) -> HostLock {
    HostLock(transport, folder: place)
  }

  private let alice = LockRequest(
    id: "a1",
    holder: LeaseHolder(
      machine: "laptop of alice", bootID: "%41", processID: 7, processStart: 11, user: "alice", run: "run-a"),
    duration: 30)
  private let bob = LockRequest.sample("b2")

  private func held(_ result: LockResult) throws -> HeldLock {
    guard case .taken(let lock) = result else { throw Failure("test.granted", "\(result)") }
    return lock
  }

  /// Ends a request's time, as if it had not been renewed.
  private func expire(_ place: String, _ request: LockRequest) throws {
    let base = "\(place)/runbook-lock"
    let names = try FileManager.default.contentsOfDirectory(atPath: base)
    let stamp = try #require(names.first { $0.hasSuffix(".\(request.id)") })
    let words = try String(contentsOfFile: "\(base)/\(stamp)", encoding: .utf8).split(separator: " ")
    try "1 \(words[1])".write(toFile: "\(base)/\(stamp)", atomically: true, encoding: .utf8)
  }

  @Test("who comes second learns who has it, and gets it once it is given back; nothing is left then")
  func second() async throws {
    try await withPlace { place async throws in
      let lock = lock(place)
      let before = Date(timeIntervalSinceNow: -2)
      #expect(try await lock.take(alice) == .granted)
      #expect(try await lock.take(alice) == .granted)
      let told = try held(try await lock.take(bob))
      #expect(told.holder == alice.holder)
      #expect(told.since > before && told.since < Date(timeIntervalSinceNow: 2))
      #expect(!told.hasExpired && !told.hasChanged)
      #expect(try held(try await lock.renew(bob)).holder == alice.holder)
      try await lock.release(bob)
      #expect(try await lock.renew(alice, hasChanged: true) == .granted)
      #expect(try held(try await lock.take(bob)).hasChanged)
      try await lock.release(alice)
      #expect(try FileManager.default.contentsOfDirectory(atPath: place) == [])
      #expect(try await lock.renew(alice) == .missing)
      #expect(try await lock.take(bob) == .granted)
      try await lock.release(bob)
      #expect(try FileManager.default.contentsOfDirectory(atPath: place) == [])
    }
  }

  @Test("an expired lock is taken over by who knows of it, and its holder can't renew it any more")
  func expiry() async throws {
    try await withPlace { place async throws in
      let lock = lock(place)
      #expect(try await lock.take(alice) == .granted)
      #expect(try held(try await lock.take(bob, takingOver: TakenOver(expired: ["a1"]))).hasExpired == false)
      try expire(place, alice)
      #expect(try held(try await lock.take(bob)).hasExpired)
      // As long as nobody took it, it is still its holder's.
      #expect(try await lock.renew(alice) == .granted)
      #expect(try held(try await lock.take(bob, takingOver: TakenOver(expired: ["a1"]))).holder == alice.holder)
      try expire(place, alice)
      #expect(try await lock.take(bob, takingOver: TakenOver(expired: ["a1"])) == .granted)
      #expect(try held(try await lock.renew(alice)).holder == bob.holder)
      try await lock.release(alice)
      #expect(try await lock.renew(bob) == .granted)
      try await lock.release(bob)
      #expect(try FileManager.default.contentsOfDirectory(atPath: place) == [])
    }
  }

  @Test("a lock that no longer counts is taken over at once, and a record of changes can be left")
  func displaced() async throws {
    try await withPlace { place async throws in
      let lock = lock(place)
      #expect(try await lock.take(alice) == .granted)
      #expect(try await lock.take(bob, takingOver: TakenOver(gone: ["a1"])) == .granted)
      #expect(try held(try await lock.renew(alice)).holder == bob.holder)
      try await lock.leaveRecord(of: bob)
      let told = try held(try await lock.take(alice))
      #expect(told.hasExpired && told.hasChanged && told.holder == bob.holder)
    }
  }

  @Test("of many who take it at once, free or expired, one gets it", arguments: [false, true])
  func race(isExpired: Bool) async throws {
    try await withPlace { place async throws in
      let lock = lock(place)
      for _ in 0..<5 {
        if isExpired {
          #expect(try await lock.take(alice) == .granted)
          try expire(place, alice)
        }
        let granted = try await withThrowingTaskGroup(of: LockRequest?.self) { group in
          for number in 0..<16 {
            group.addTask {
              let request = LockRequest.sample("c\(number)")
              return try await lock.take(request, takingOver: TakenOver(expired: ["a1"])) == .granted ? request : nil
            }
          }
          var granted: [LockRequest] = []
          for try await request in group { if let request { granted.append(request) } }
          return granted
        }
        #expect(granted.count == 1)
        for request in granted {
          #expect(try await lock.renew(request) == .granted)
          try await lock.release(request)
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: place) == [])
      }
    }
  }

  @Test("a link, a file and a folder of another user in its place are refused, and nothing is written behind them")
  func distrusted() async throws {
    try await withPlace { place async throws in
      let lock = lock(place), base = "\(place)/runbook-lock"
      for make in [
        ["mkdir", "\(place)/elsewhere"], ["ln", "-s", "elsewhere", base], ["ln", "-sfn", "nowhere", base],
        ["rm", base], ["touch", base],
      ] {
        _ = try await TestServer.command(make)
        guard FileManager.default.fileExists(atPath: base) || make[0] == "ln" else { continue }
        let failure = await #expect(throws: Failure.self) { try await lock.take(alice) }
        #expect(failure?.code == .lockFolder)
        #expect(failure?.cause?.contains("runbook-lock") == true)
      }
      #expect(try FileManager.default.contentsOfDirectory(atPath: "\(place)/elsewhere") == [])
    }
  }

  @Test("records that others have put there are read as text and displaced like expired ones")
  func junk() async throws {
    try await withPlace { place async throws in
      let lock = lock(place), base = "\(place)/runbook-lock"
      let script = #"""
        mkdir "$1"; cd "$1"
        printf '%s\n' "$(printf 'x\033[31m') \$(touch owned) ; rm" >3
        ln -s /etc/passwd 5; echo 99 >08; echo x >99999999999999999999
        """#
      _ = try await TestServer.command(["sh", "-c", script, "sh", base])
      let told = try held(try await lock.take(alice))
      #expect(told.hasExpired && told.id == "-" && told.holder == Self.unknown)
      #expect(try await lock.take(alice, takingOver: TakenOver(expired: ["-"])) == .granted)
      #expect(!FileManager.default.fileExists(atPath: "\(base)/owned"))
      #expect(FileManager.default.fileExists(atPath: "/etc/passwd"))
    }
  }

  @Test("a crowd of files is refused with the names of the owners, and soon")
  func crowded() async throws {
    try await withPlace { place async throws in
      let script = #"umask 0; mkdir "$1"; cd "$1"; seq -f "%.0f" 1 3000 | xargs touch"#
      _ = try await TestServer.command(["sh", "-c", script, "sh", "\(place)/runbook-lock"])
      let failure = await #expect(throws: Failure.self) { try await lock(place).take(alice) }
      #expect(failure?.code == .lockFolder)
      let user = try await TestServer.command(["id", "-un"])
      #expect(failure?.cause?.contains("more than 1000 entries, and belongs to \(user)") == true)
      #expect(failure?.hint?.contains("sudo rm -r \(place)/runbook-lock") == true)
    }
  }

  @Test("of a record that was made huge, a little is read")
  func huge() async throws {
    try await withPlace { place async throws in
      let script = #"umask 0; mkdir "$1"; truncate -s 8G "$1/7"; truncate -s 8G "$1/7.-""#
      _ = try await TestServer.command(["sh", "-c", script, "sh", "\(place)/runbook-lock"])
      let told = try held(try await lock(place).take(alice))
      #expect(told.hasExpired && told.id == "-" && told.holder == Self.unknown)
    }
  }

  @Test(
    "a full disk is reported, and nothing is left",
    .enabled(if: SmallDisk.isAvailable, Comment(rawValue: SmallDisk.whySkipped)))
  func fullDisk() async throws {
    try await withPlace { place async throws in
      // A file system of one page has no room for a second file's contents.
      let (failure, left) = try await SmallDisk.with("size=4k,nr_inodes=3", on: place) {
        let failure = await #expect(throws: Failure.self) {
          _ = try await TestServer.command(["touch", "\(place)/full"])
          return try await lock(place).take(alice)
        }
        return (failure, try FileManager.default.contentsOfDirectory(atPath: place))
      }
      #expect(failure?.code == .lockUnwritable)
      #expect(failure?.cause?.contains("No space left on device") == true, "\(String(describing: failure))")
      #expect(left == ["full"])
    }
  }
}

/// Over a real sshd, as users of their own.
@Suite(.usualTimeLimit, .enabled(if: TestServer.canMakeUsers, "needs root, sshd, sudo, useradd"), .serialized)
struct HostLockUserTests {
  /// Two connections of two users, and a sticky folder like `/var/tmp`; the second user may use sudo if so said.
  private func withUsers(
    sudo: Bool, _ body: (_ first: SSHTransport, _ second: SSHTransport, _ place: String) async throws -> Void
  ) async throws {
    let users = (0..<2).map { _ in "rb\(UInt32.random(in: .min ... .max))" }
    let rules = "/etc/sudoers.d/\(users[1])"
    try await TestServer.with { server async throws in
      let place = "\(server.folder)/place"
      _ = try await TestServer.command(["chmod", "755", server.folder])
      _ = try await TestServer.command(["mkdir", "-m", "1777", place])
      for user in users { _ = try await TestServer.command(["/usr/sbin/useradd", "-M", "-N", "-p", "*", user]) }
      if sudo { try "\(users[1]) ALL=(root) NOPASSWD: ALL\n".write(toFile: rules, atomically: true, encoding: .utf8) }
      do {
        try await server.connected(server.host(user: users[0])) { first in
          try await server.connected(server.host(sudo: sudo, user: users[1])) { try await body(first, $0, place) }
        }
      } catch {
        try await remove(users, rules)
        throw error
      }
      try await remove(users, rules)
    }
  }

  private func remove(_ users: [String], _ rules: String) async throws {
    try? FileManager.default.removeItem(atPath: rules)
    // Forced, because a process of the user may be about to end.
    for user in users { _ = try await TestServer.command(["/usr/sbin/userdel", "-f", user]) }
  }

  @Test(
    "users of one host see each other, and the one takes over the expired lock of the other", arguments: [false, true])
  func users(sudo: Bool) async throws {
    try await withUsers(sudo: sudo) { first, second, place async throws in
      let alice = LockRequest.sample("a1")
      let bob = LockRequest.sample("b2")
      let hers = HostLock(first, folder: place), his = HostLock(second, folder: place)
      #expect(try await hers.take(alice) == .granted)
      guard case .taken(let told) = try await his.take(bob, takingOver: TakenOver(expired: ["a1"])) else {
        Issue.record("both have it")
        return
      }
      #expect(told.holder == alice.holder && !told.hasExpired)
      try await hers.leaveRecord(of: alice)
      #expect(try await his.take(bob, takingOver: TakenOver(expired: ["a1"])) == .granted)
      // She comes back, and can't write.
      guard case .taken(let lost) = try await hers.renew(alice) else {
        Issue.record("she still has it")
        return
      }
      #expect(lost.holder == bob.holder)
      try await his.release(bob)
      // A sticky folder lets only its owner, or root, remove what she has made.
      let left = try FileManager.default.contentsOfDirectory(atPath: place)
      #expect(left == (sudo ? [] : ["runbook-lock"]))
      #expect(try await hers.take(alice) == .granted)
      try await hers.release(alice)
      #expect(try FileManager.default.contentsOfDirectory(atPath: place) == [])
    }
  }

  @Test("a host whose connection is full of long commands can still be asked")
  func busy() async throws {
    try await TestServer.with { server async throws in
      try await server.connected(settings: SSHSettings(sessions: 2)) { ssh in
        let (begun, continuation) = AsyncStream.makeStream(of: Void.self)
        let long = RemoteCommand.shell("echo begun; exec sleep 1000")
        let running = (0..<2).map { _ in Task { try await ssh.run(long) { _, _ in continuation.yield() } } }
        var count = 0
        for await _ in begun {
          count += 1
          if count == 2 { break }
        }
        let request = LockRequest.sample("a1")
        let lock = HostLock(ssh, folder: server.folder)
        #expect(try await lock.take(request) == .granted)
        try await lock.release(request)
        for task in running { task.cancel() }
        for task in running { _ = await task.result }
      }
    }
  }
}

extension LockRequest {
  static func sample(_ id: String) -> LockRequest {
    LockRequest(
      id: id,
      holder: LeaseHolder(machine: "b", bootID: "", processID: 0, processStart: 0, user: "bob", run: "run-\(id)"),
      duration: 30)
  }
}
