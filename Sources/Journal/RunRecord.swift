import Crypto
import Foundation
import Values

/// What is known of a run from its beginning and never changes.
package struct RunRecord: Sendable, Hashable, Identifiable {
  /// The short name of the run, for example `k3f9x2`.
  package var id: String
  /// The runbook as the user named it, for example `distribute.lua`.
  package var runbook: String
  /// The absolute path of the runbook's file.
  package var runbookPath: String
  /// The absolute path of the inventory's file; `nil` for a run without one.
  package var inventoryPath: String?
  /// The parameters, defaults included.
  package var parameters: [String: Value]
  /// When the run was created.
  package var createdAt: Date
  /// The operator's user name.
  package var user: String
  /// The machine that created it.
  package var machine: String
  /// Everything that was read to begin: runbook, modules, inventory, as they were.
  package var files: [RunFile]

  package init(
    id: String, runbook: String, runbookPath: String, inventoryPath: String?, parameters: [String: Value],
    createdAt: Date, user: String, machine: String, files: [RunFile]
  ) {
    self.id = id
    self.runbook = runbook
    self.runbookPath = runbookPath
    self.inventoryPath = inventoryPath
    self.parameters = parameters
    self.createdAt = createdAt
    self.user = user
    self.machine = machine
    self.files = files
  }
}

/// A file as it was when the run began.
package struct RunFile: Sendable, Hashable, Codable {
  /// What part it plays.
  package enum Role: String, Sendable, Hashable, Codable {
    /// The runbook itself.
    case runbook
    /// A Lua module that it requires; the name is the module's.
    case module
    /// The inventory.
    case inventory
  }
  /// What part it plays.
  package var role: Role
  /// The module's name or the file's path.
  package var name: String
  /// The content.
  package var text: String

  package init(role: Role, name: String, text: String) {
    self.role = role
    self.name = name
    self.text = text
  }

  /// The content's SHA-256, in hexadecimal digits.
  package var digest: String { Hexadecimal.encode(SHA256.hash(data: Data(text.utf8))) }
}

extension FailureCode {
  /// A new run's ID is taken.
  package static let runExists: FailureCode = "journal.run_exists"
  /// A step's or a host's name can't be recorded as it is.
  package static let nameInvalid: FailureCode = "journal.name_invalid"
}

extension Failure {
  /// Nothing is known of that run.
  static func unknownRun(_ id: String) -> Failure {
    Failure(.runUnknown, "there is no run \(id)", hint: "list the runs with: runbook list")
  }

  /// Several runs begin with that ID.
  static func ambiguousRun(_ prefix: String, matches: [String]) -> Failure {
    let shown = matches.prefix(8).joined(separator: ", ") + (matches.count > 8 ? ", …" : "")
    return Failure(
      .runUnknown, "\(matches.count) runs begin with \(prefix): \(shown)", hint: "give more of the run's ID")
  }

  /// A run of that ID is there already.
  static func runExists(_ id: String) -> Failure {
    Failure(.runExists, "there is already a run \(id)", hint: "choose another ID; IDs are never used again")
  }
}
