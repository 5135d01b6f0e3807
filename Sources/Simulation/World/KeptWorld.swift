import Foundation
import Inventory
import Values

/// A simulated world with its log, which belongs to one run: a later process finds it again by the run's ID.
package struct KeptWorld: Sendable {
  /// The world.
  package let world: SimulatedWorld
  private let head: Value
  private let former: String?

  /// Prepares a world; nothing is written before ``keep(in:)``.
  ///
  /// - Parameters:
  ///   - inventory: the hosts.
  ///   - file: the world file; `nil` for standalone appliances.
  ///   - seed: in place of the file's. Where the file names no faults, some come by chance then.
  package init(inventory: Inventory, file: String?, seed: UInt64?) throws {
    let text = try file.map { try WorldPlanReader.text(of: $0) }
    try self.init(inventory: inventory, text: text, file: file ?? "world", seed: seed, began: nil)
  }

  /// Prepares a world from a world file's text that is in no file.
  ///
  /// - Parameter file: what the text is called in messages.
  package init(inventory: Inventory, text: String, file: String, seed: UInt64?) throws {
    try self.init(inventory: inventory, text: text, file: file, seed: seed, began: nil)
  }

  private init(
    inventory: Inventory, text: String?, file: String, seed: UInt64?, began: Double?, former: String? = nil
  ) throws {
    var plan =
      try text.map { try WorldPlanReader(file: file, inventory: inventory).read($0) } ?? WorldPlan(inventory: inventory)
    if let seed {
      plan.seed = seed
      if plan.faults.isEmpty { plan.faults = WorldFault.unreliable }
    }
    let start = began ?? Date().timeIntervalSince1970
    world = try SimulatedWorld(plan, began: start)
    head = [
      "world": text.map { .string($0) } ?? .null, "file": .string(file), "began": .number(start),
      "seed": seed.map { .integer(Int64(bitPattern: $0)) } ?? .null,
    ]
    self.former = former
  }

  /// The world as a run has left it; `nil` when that run was not simulated.
  ///
  /// - Parameters:
  ///   - folder: the folder of the journal.
  ///   - inventory: the run's hosts.
  package init?(of run: RunID, in folder: String, inventory: Inventory) throws {
    let path = Self.path(run, in: folder)
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    let (head, entries) = try WorldLog.read(path)
    try self.init(
      inventory: inventory, text: head["world"]?.stringValue, file: head["file"]?.stringValue ?? "world",
      seed: head["seed"]?.integerValue.map { UInt64(bitPattern: $0) }, began: head["began"]?.double, former: path)
    world.replay(entries)
  }

  /// Keeps in the journal's folder, from now on, all that changes the world in that run.
  package func keep(for run: RunID, in folder: String) throws {
    let path = Self.path(run, in: folder)
    if let former, former != path {
      // The run continues in the world of another: that one's log stays as it is.
      try WorldLog.make(path, Array(try Data(contentsOf: URL(filePath: former))))
    }
    world.record(in: try former == nil ? WorldLog.begin(path, head: head) : WorldLog.open(path))
  }

  /// Removes the world of a run that was not created after all.
  package static func discard(_ run: RunID, in folder: String) {
    try? FileManager.default.removeItem(atPath: path(run, in: folder))
  }

  /// Where the world of a run is kept.
  package static func path(_ run: RunID, in folder: String) -> String { "\(folder)/simulated/\(run).jsonl" }
}
