import Engine
import Foundation
import HostModules
import Inventory
import Journal
import Values

/// Reads what a run is made of: the runbook, the inventory, the module path.
struct RunInput {
  let source: RunSource
  let inventory: Inventory?

  /// Finds and checks everything; nothing is contacted.
  init(runbook: String, inventoryPath: String?, folder: String = FileManager.default.currentDirectoryPath) throws {
    let shared = SharedFolders()
    let path = try RunbookFinder(folder: folder, shared: shared).path(of: runbook)
    var inventory: Inventory?
    var inventoryFile: String?
    if let inventoryPath {
      let file = inventoryPath.hasPrefix("/") ? inventoryPath : "\(folder)/\(inventoryPath)"
      inventory = try Inventory.load(path: inventoryPath)
      inventoryFile = URL(filePath: file).standardized.path
    }
    self.inventory = inventory
    source = RunSource(
      runbook: runbook, runbookPath: path, inventoryPath: inventoryFile,
      inventoryText: inventoryFile.flatMap { FileManager.default.contents(atPath: $0) }
        .map { String(decoding: $0, as: UTF8.self) },
      hosts: inventory.map { HostDirectory($0) } ?? HostDirectory(hosts: []),
      modulePath: ModulePath(folders: ModuleFolders(folder: folder, shared: shared).all), folder: folder)
  }

  /// What a run was made of when it began, without the files on disk.
  ///
  /// - Parameter files: Others that were kept with it; `nil` for those with which it began.
  init(
    asStarted run: RunRecord, files: [RunFile]? = nil, folder: String = FileManager.default.currentDirectoryPath
  ) throws {
    let shared = SharedFolders()
    let files = files ?? run.files
    let kept = files.first { $0.role == .inventory }
    inventory = try kept.map {
      try Inventory.parse(text: $0.text, file: run.inventoryPath ?? $0.name, checksFiles: true)
    }
    source = RunSource(
      runbook: run.runbook, runbookPath: run.runbookPath, inventoryPath: run.inventoryPath,
      inventoryText: kept?.text, hosts: inventory.map { HostDirectory($0) } ?? HostDirectory(hosts: []),
      modulePath: ModulePath(folders: ModuleFolders(folder: folder, shared: shared).all), folder: folder,
      kept: files)
  }
}
