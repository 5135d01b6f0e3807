import Engine
import Foundation
import Journal
import Synchronization
import TestSupport
import Testing
import Values

@Suite("The console", .usualTimeLimit) struct ConsoleTests {
  private func console(
    _ rig: Rig, allowsChanges: Bool = false, locks: (any HostLocks)? = nil,
    said: @escaping @Sendable (String) -> Void = { _ in }
  ) -> ScriptConsole {
    let environment = RunEnvironment(
      rig.services(pid: 1), hosts: RunHosts(modules: [rig.world.module], locks: locks))
    return ScriptConsole(
      environment, hosts: rig.hosts, modulePath: ModulePath(folders: [rig.folder.path]), folder: rig.folder.path,
      allowsChanges: allowsChanges, say: said)
  }

  private func value(_ reply: ConsoleReply) -> Value? {
    guard case .values(let values) = reply, case .data(let value)? = values.first else { return nil }
    return value
  }

  private func failure(_ reply: ConsoleReply) -> Failure? {
    if case .failure(let failure) = reply { failure } else { nil }
  }

  @Test("expressions give their values, statements nothing, globals stay, and an error does not end the session")
  func evaluates() async throws {
    let rig = try Rig()
    let console = console(rig)
    #expect(value(await console.evaluate("1 + 2")) == 3)
    #expect(await console.evaluate("x = { 1, { a = \"b\" } }") == .values([]))
    #expect(value(await console.evaluate("x")) == [1, ["a": "b"]])
    #expect(failure(await console.evaluate("x.y.z"))?.message.contains("attempt to index a nil value") == true)
    #expect(failure(await console.evaluate("x = = 2"))?.code == .runbookSyntax)
    #expect(value(await console.evaluate("#x")) == 2)
    #expect(await console.evaluate("1, nil, \"a\"") == .values([.data(1), .data(nil), .data("a")]))
  }

  @Test("the beginning of something waits for the rest")
  func incomplete() async throws {
    let rig = try Rig()
    let console = console(rig)
    for text in ["for i = 1, 3 do", "t = {", "f(", "1 +", "x =", "--[[", "[[a"] {
      #expect(await console.evaluate(text) == .incomplete, "\(text)")
    }
    #expect(await console.evaluate("function twice(n)\n  return 2 * n\nend") == .values([]))
    #expect(value(await console.evaluate("twice(4)")) == 8)
  }

  @Test("primitives read at once; one that changes is refused with the way to allow it, and nothing happens")
  func reads() async throws {
    let rig = try Rig()
    let console = console(rig)
    #expect(value(await console.evaluate("world.has(w1, \"x\")")) == false)
    #expect(value(await console.evaluate("world.has(manager, \"x\")")) == false)
    #expect(value(await console.evaluate("#workers")) == 2)
    #expect(value(await console.evaluate("w2"))?["address"] == "10.0.0.3")
    let refused = failure(await console.evaluate("world.set(w1, \"x\")"))
    #expect(refused?.code == .consoleReads && refused?.hint?.contains("--allow-changes") == true)
    #expect(rig.world.marks.isEmpty && rig.world.calls == ["has w1:x", "has m:x"])
    #expect(failure(await console.evaluate("step(\"a\", function() end)"))?.message.contains("no meaning") == true)
  }

  @Test("with leave it changes, prints what commands print, and holds the hosts as a run does until it ends")
  func changes() async throws {
    let rig = try Rig()
    let said = Mutex<[String]>([]), locks = InMemoryLocks(["m", "w1", "w2"])
    let console = console(
      rig, allowsChanges: true, locks: locks, said: { line in said.withLock { $0.append(line) } })
    let held = await console.open {
      let reply = await console.evaluate("world.set(w1, \"x\")")
      #expect(self.value(reply) == "w1:x")
      return locks.records
    }
    #expect(Set(held.keys) == ["m", "w1", "w2"])
    // What it has changed is no run that is left in the middle.
    #expect(held.values.allSatisfy { $0.request.holder.run == "console" && !$0.hasChanged })
    #expect(locks.records.isEmpty)
    #expect(rig.world.marks == ["w1:x"])
    #expect(said.withLock { $0 } == ["| set w1:x"])
  }

  @Test("a host that a run changes is refused, with who has it")
  func held() async throws {
    let rig = try Rig()
    let locks = InMemoryLocks(["m", "w1", "w2"])
    locks.put("a1", run: "other1", on: ["m", "w1", "w2"])
    let console = console(rig, allowsChanges: true, locks: locks)
    let problem = await console.open { self.failure(await console.evaluate("world.set(w1, \"x\")")) }
    #expect(problem?.description.contains("other1") == true, "\(String(describing: problem))")
    #expect(rig.world.marks.isEmpty)
  }

  @Test("a secret is never shown, wherever it stands")
  func secrets() async throws {
    let rig = try Rig()
    let console = console(rig)
    let reply = await console.evaluate("{ token = world.token(\"m\"), list = { secret(\"abc\") } }")
    guard case .secret? = value(reply)?["token"] else {
      Issue.record("\(reply)")
      return
    }
    #expect(!"\(reply)".contains("SWMTKN") && !"\(reply)".contains("abc"))
  }

  @Test("what is cancelled ends, a loop without end too, and the console goes on")
  func stopped() async throws {
    let rig = try Rig()
    let console = console(rig)
    _ = await console.evaluate("x = 1")
    let waiting = Task { await console.evaluate("time.sleep(1000)") }
    waiting.cancel()
    #expect(failure(await waiting.value) != nil)
    let looping = Task { await console.evaluate("while true do end") }
    try await eventually { await console.interruptIfBusy() }
    #expect(failure(await looping.value)?.message.contains("the console was reset") == true)
    #expect(value(await console.evaluate("1")) == 1)
    #expect(value(await console.evaluate("x")) == Value.null)
  }

  @Test("globals, members, hosts and what was assigned are completed")
  func completes() async throws {
    let rig = try Rig()
    let console = console(rig)
    #expect(await console.completions(of: "world.u") == ["world.upper", "world.use"])
    #expect(await console.completions(of: "wor") == ["workers", "world"])
    #expect(await console.completions(of: "w") == ["w1", "w2", "workers", "world"])
    #expect(await console.completions(of: "manager.a") == ["manager.address"])
    #expect(await console.completions(of: "json.") == ["json.decode", "json.encode"])
    #expect(await console.completions(of: "string.rev") == ["string.reverse"])
    #expect(await console.completions(of: "step").isEmpty)
    _ = await console.evaluate("mine = { alpha = { beta = 1 } }")
    #expect(await console.completions(of: "mine.alpha.b") == ["mine.alpha.beta"])
    #expect(await console.completions(of: "nothing.there.a").isEmpty)
    // Looking for members calls nothing.
    #expect(await console.completions(of: "world.set(\"m\").a").isEmpty && rig.world.calls.isEmpty)
  }
}
