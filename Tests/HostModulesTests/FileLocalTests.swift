import Foundation
import HostModules
import Inventory
import TestSupport
import Testing
import Values

/// What an operator brings for a run is read on the machine that runs the program.
@Suite("Files of this machine", .usualTimeLimit)
struct FileHereTests {
  @Test("a file is there and read, one that is missing is reported, and a path must be absolute")
  func read() async throws {
    let file = FileManager.default.temporaryDirectory.appending(path: "brought-\(UUID().uuidString).yml")
    try "version: \"3.8\"\n".write(to: file, atomically: true, encoding: .utf8)
    defer { try? FileManager.default.removeItem(at: file) }
    let modules = BoundModules(
      fleet: Fleet(inventory: try Inventory.parse(text: Samples.inventory, file: "inventory.yaml")))

    #expect(try await modules.call("file.exists_local", .string(file.path)).value == true)
    #expect(try await modules.call("file.read_local", .string(file.path)).value == "version: \"3.8\"\n")
    #expect(try await modules.call("file.exists_local", .string(file.path + ".none")).value == false)
    let missing = await #expect(throws: Failure.self) {
      try await modules.call("file.read_local", .string(file.path + ".none"))
    }
    #expect(missing.map { "\($0)" }?.contains(file.path + ".none") == true)
    for call in ["file.exists_local", "file.read_local"] {
      await #expect(throws: Failure.self) { try await modules.call(call, "relative.yml") }
    }
  }
}
