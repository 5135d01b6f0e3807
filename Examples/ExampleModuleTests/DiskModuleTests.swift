import Engine
import ExampleModule
import Foundation
import HostModules
import Inventory
import Journal
import TestSupport
import Testing
import Values

/// The example is a module like the shipped ones: it runs in runbooks, and its definition is generated from its description.
@Suite("The example of a host module", .usualTimeLimit) struct DiskModuleTests {
  private let folder = FileManager.default.temporaryDirectory.appending(path: "example-module-\(UUID().uuidString)")

  private func run(_ body: String) async throws -> (outcome: RunOutcome, state: RunState) {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appending(path: "a.lua").path
    try "return runbook { inventory = { stack = false }, function(run)\n\(body)\nend }"
      .write(toFile: file, atomically: true, encoding: .utf8)
    let inventory = try Inventory.parse(text: "hosts: { here: { connection: local, role: manager } }", file: "i.yaml")
    let fleet = Fleet(inventory: inventory)
    let store = InMemoryJournalStore()
    let runner = Runner(
      RunEnvironment(
        RunServices(store: store, liveness: { _ in .unknown }),
        hosts: RunHosts(modules: [DiskModule(fleet: fleet).module])))
    let source = RunSource(
      runbook: "a.lua", runbookPath: file, inventoryPath: nil, inventoryText: nil,
      hosts: HostDirectory(hosts: [HostView(name: "here", address: "127.0.0.1", role: "manager", services: [])]),
      modulePath: ModulePath(folders: []), folder: folder.path)
    let record = try #require(try await runner.create(source, parameters: [:]))
    let outcome = try await runner.execute(record, source)
    await fleet.close()
    return (outcome, RunState(events: try await store.events(of: record.id, after: 0)))
  }

  @Test("it reads and changes a host, and reports when there was nothing to change")
  func works() async throws {
    let (outcome, state) = try await run(
      """
      step("look", function() return disk.free("here", "\(folder.path)") end)
      step("make", function() disk.ensure_folder("here", "\(folder.path)/a/b") end)
      step("make it again", function() disk.ensure_folder("here", "\(folder.path)/a/b") end)
      """)
    #expect(outcome == .succeeded)
    #expect(try #require(state.steps.first?.result?.integerValue) > 0)
    #expect(state.steps.map(\.outcome) == [.read, .executed, .alreadySo])
  }

  @Test("a failure names the host and has its own words")
  func fails() async throws {
    let (outcome, _) = try await run("step(\"look\", function() return disk.free(\"here\", \"/not/there\") end)")
    guard case .failed(let failure) = outcome else {
      Issue.record("\(outcome)")
      return
    }
    #expect(failure.host == "here" && failure.cause?.contains("/not/there") == true)
  }

  @Test("its definition for editors matches its description")
  func definition() throws {
    let module = DiskModule(
      fleet: Fleet(
        inventory: try Inventory.parse(text: "hosts: { here: { connection: local, role: manager } }", file: "i.yaml"))
    ).module
    let text = try #require(Definitions.write([module])["disk.lua"])
    let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "ExampleModule/disk.lua")
    if ProcessInfo.processInfo.environment["RUNBOOK_WRITE_DEFINITIONS"] != nil {
      try text.write(to: file, atomically: true, encoding: .utf8)
    }
    #expect(try String(contentsOf: file, encoding: .utf8) == text)
  }
}
