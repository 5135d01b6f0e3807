import Engine
import TestSupport
import Testing
import Values

/// What a runbook says it needs is checked before anything is touched; parameters can be hosts and secrets.
@Suite(.usualTimeLimit) struct InventoryNeedsTests {
  private let one = HostView(name: "m1", address: "10.0.0.1", role: "manager", services: [])
  private let two = HostView(name: "m2", address: "10.0.0.2", role: "manager", services: [])

  private func refusal(_ header: String, hosts: [HostView], stack: [String: Value]?) async throws -> Failure? {
    let rig = try Rig(hosts: HostDirectory(hosts: hosts, stack: stack))
    try rig.body("log.info(tostring(run.inventory.stack))", params: header)
    return await failure { try await rig.runner().create(rig.source, parameters: [:]) }
  }

  @Test("an inventory without a stack is refused, unless the runbook needs none")
  func stack() async throws {
    let refused = try await refusal("", hosts: [one], stack: nil)
    #expect(refused?.code == .inventoryUnfit)
    #expect(refused?.location == SourceLocation(file: "test.lua", line: 1))
    #expect(try await refusal("inventory = { stack = false },", hosts: [one], stack: nil) == nil)
  }

  @Test("several managers are refused, unless the runbook is for several")
  func managers() async throws {
    let refused = try await refusal("", hosts: [one, two], stack: [:])
    #expect(refused?.code == .inventoryUnfit)
    #expect(refused?.message.contains("m1, m2") == true)
    #expect(try await refusal("inventory = { managers = \"several\" },", hosts: [one, two], stack: [:]) == nil)
  }

  @Test("a member that does not exist is told with what is meant")
  func misspelt() async throws {
    let refused = try await refusal("inventory = { manager = \"several\" },", hosts: [one], stack: [:])
    #expect(refused?.hint?.contains("managers") == true)
  }

  @Test("a parameter of type host arrives as the host, and another name is refused")
  func hostParameter() async throws {
    let rig = try Rig()
    try rig.body(
      "log.info(run.params.host.address)", params: "params = { host = { type = \"host\", required = true } },")
    let unknown = await failure { try await rig.runner().create(rig.source, parameters: ["host": "w3"]) }
    #expect(unknown?.code == .parameter)
    _ = try await rig.run(["host": "w2"])
    #expect(try await rig.store.run("run1")?.parameters["host"] == ["$host": "w2"])
    #expect(try await rig.events(.logMessage).map { $0.payload["text"] } == ["10.0.0.3"])
  }

  @Test("a secret parameter is read from a file or the environment, never from the argument itself")
  func secretParameter() async throws {
    let rig = try Rig()
    try rig.body(
      "log.info(tostring(run.params.key))", params: "params = { key = { type = \"secret\", required = true } },")
    let plain = await failure { try await rig.runner().create(rig.source, parameters: ["key": "SWMKEY-1-abc"]) }
    #expect(plain?.code == .parameter)
    #expect(plain?.message.contains("SWMKEY") == false)
    #expect(await failure { try await rig.runner().create(rig.source, parameters: ["key": "@/nowhere"]) } != nil)
    try rig.write("key", "SWMKEY-1-abc\n")
    let path = rig.folder.appending(path: "key").path
    _ = try await rig.run(["key": "@\(path)"])
    #expect(try await rig.store.run("run1")?.parameters["key"] == .secret(Secret("SWMKEY-1-abc")))
    #expect(try await rig.events(.logMessage).map { $0.payload["text"] } == [.string(Secret.placeholder)])
  }
}
