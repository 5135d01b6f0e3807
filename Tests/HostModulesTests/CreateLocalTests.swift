import Foundation
import HostModules
import Inventory
import TestSupport
import Testing
import Values

/// A key that is handed over is only its owner's to read, and never costs an older one.
@Suite("Handing a secret over", .usualTimeLimit)
struct HandOverTests {
  @Test("it is written once for its owner only, left as it is, and another is never overwritten")
  func handOver() async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "hand-over-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appending(path: "unlock-key").path
    let modules = BoundModules(
      fleet: Fleet(inventory: try Inventory.parse(text: Samples.inventory, file: "inventory.yaml")))
    let (key, other) = (Value.secret(Secret("SWMKEY-1-first")), Value.secret(Secret("SWMKEY-1-second")))

    #expect(try await !modules.call("file.create_local", .string(path), key).isUnchanged)
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "SWMKEY-1-first\n")
    #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o600)
    #expect(try await modules.call("file.create_local", .string(path), key).isUnchanged)

    let refused = await #expect(throws: Failure.self) {
      try await modules.call("file.create_local", .string(path), other)
    }
    #expect(refused?.code == .fileOccupied)
    #expect(refused.map { "\($0)" }?.contains("SWMKEY") == false)
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "SWMKEY-1-first\n")
    await #expect(throws: Failure.self) { try await modules.call("file.create_local", "relative", key) }
  }

  @Test("of many secrets that are handed over to one file at once, one is there and whole, and the others are refused")
  func race() async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "hand-over-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let modules = BoundModules(
      fleet: Fleet(inventory: try Inventory.parse(text: Samples.inventory, file: "inventory.yaml")))
    for round in 0..<10 {
      let path = folder.appending(path: "key-\(round)").path
      let secrets = (0..<8).map { "SWMKEY-1-\($0)-" + String(repeating: "\($0)", count: 20_000) }
      let won = try await withThrowingTaskGroup(of: String?.self) { group in
        for secret in secrets {
          group.addTask {
            do {
              try await modules.call("file.create_local", .string(path), .secret(Secret(secret)))
              return secret
            } catch let failure as Failure where failure.code == .fileOccupied { return nil }
          }
        }
        return try await group.reduce(into: [String]()) { if let secret = $1 { $0.append(secret) } }
      }
      #expect(won.count == 1)
      #expect(try String(contentsOfFile: path, encoding: .utf8) == (won.first ?? "") + "\n")
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).count == 10, "no draft is left")
  }
}
