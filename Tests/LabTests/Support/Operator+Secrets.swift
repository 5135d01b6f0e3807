import Foundation
import Testing

/// Runbooks about a swarm's secrets, and what must be seen of these nowhere.
extension Operator {
  /// The arguments that run a runbook.
  func run(_ runbook: String, _ inventory: String, _ parameters: String...) -> [String] {
    ["run", runbook, "--inventory", inventory, "--yes"] + parameters.flatMap { ["--param", $0] }
  }

  /// What is in a file of the working folder that a key was handed over in; only its owner can read it.
  func key(_ name: String) throws -> String {
    let file = folder.appending(path: name).path
    #expect(try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int == 0o600)
    return try String(contentsOfFile: file, encoding: .utf8).trimmingCharacters(in: .newlines)
  }

  /// Expects that none of the texts is in what was printed, nor, readable, in what is kept of the runs.
  func expectSecrecy(of secrets: [String] = ["SWMKEY-1-", "SWMTKN-1-"], in endings: [Ending]) throws {
    let kept = try FileManager.default.contentsOfDirectory(atPath: state.path).map {
      ($0, FileManager.default.contents(atPath: state.appending(path: $0).path) ?? Data())
    }
    for secret in secrets {
      for ending in endings {
        #expect(!ending.output.contains(secret))
        #expect(!ending.errors.contains(secret))
      }
      for (name, bytes) in kept { #expect(bytes.range(of: Data(secret.utf8)) == nil, "\(name)") }
    }
  }
}
