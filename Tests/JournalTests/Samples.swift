import Foundation
import Journal
import Values

extension Date {
  static let sample = Date(timeIntervalSince1970: 1_800_000_000.123456)
}

extension RunRecord {
  static func sample(
    _ id: String, createdAt: Date = .sample, parameters: [String: Value] = ["stack": "da", "count": 3, "ratio": 3.0]
  ) -> RunRecord {
    RunRecord(
      id: id, runbook: "distribute.lua", runbookPath: "/srv/runbooks/distribute.lua",
      inventoryPath: "/srv/inventory.yaml", parameters: parameters, createdAt: createdAt, user: "operator",
      machine: "desk",
      files: [
        RunFile(role: .runbook, name: "/srv/runbooks/distribute.lua", text: "return runbook {}\n"),
        RunFile(role: .module, name: "digital_access", text: "-- ünïcode \u{0}\nreturn {}\n"),
        RunFile(role: .inventory, name: "/srv/inventory.yaml", text: "hosts: {}\n"),
      ])
  }
}

extension Event {
  static func sample(_ text: String, path: String? = "workers/da2/join the swarm") -> Event {
    Event(
      at: .sample, kind: .stepOutput, path: path, attempt: 2, host: "da2", payload: ["text": .string(text)])
  }
}

extension LeaseHolder {
  static func sample(_ process: Int32, run: String = "k3f9x2") -> LeaseHolder {
    LeaseHolder(
      machine: "desk", bootID: "boot/1", processID: process, processStart: .max - 7, user: "operator", run: run)
  }
}

extension Failure {
  /// The failure that the work throws; `nil` when it throws none.
  static func thrown(by work: () async throws -> Void) async throws -> Failure? {
    do {
      try await work()
      return nil
    } catch let failure as Failure {
      return failure
    }
  }
}
