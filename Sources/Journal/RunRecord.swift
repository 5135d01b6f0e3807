import Crypto
import Foundation
import Values

/// What is known of a run from its beginning and never changes.
public struct RunRecord: Sendable, Hashable, Identifiable {
  /// The short name of the run, for example `k3f9x2`.
  public var id: String
  /// The runbook as the user named it, for example `distribute.lua`.
  public var runbook: String
  /// The absolute path of the runbook's file.
  public var runbookPath: String
  /// The absolute path of the inventory's file; `nil` for a run without one.
  public var inventoryPath: String?
  /// The parameters, defaults included.
  public var parameters: [String: Value]
  /// When the run was created.
  public var createdAt: Date
  /// The operator's user name.
  public var user: String
  /// The machine that created it.
  public var machine: String
  /// Everything that was read to begin: runbook, modules, inventory, as they were.
  public var files: [RunFile]

  /// Describes a run.
  public init(
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
public struct RunFile: Sendable, Hashable, Codable {
  /// What part it plays.
  public enum Role: String, Sendable, Hashable, Codable {
    /// The runbook itself.
    case runbook
    /// A Lua module that it requires; the name is the module's.
    case module
    /// The inventory.
    case inventory
  }
  /// What part it plays.
  public var role: Role
  /// The module's name or the file's path.
  public var name: String
  /// The content.
  public var text: String

  /// Keeps a file.
  public init(role: Role, name: String, text: String) {
    self.role = role
    self.name = name
    self.text = text
  }

  /// The content's SHA-256, in hexadecimal digits.
  public var digest: String { Hexadecimal.encode(SHA256.hash(data: Data(text.utf8))) }
}
