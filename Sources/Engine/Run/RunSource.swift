import Journal
import Values

/// What will be run: the files as they are now, and the user's parameters.
package struct RunSource: Sendable {
  /// The runbook as the user named it.
  package var runbook: String
  /// The absolute path of its file.
  package var runbookPath: String
  /// The absolute path of the inventory, if there is one.
  package var inventoryPath: String?
  /// The inventory's text, to be kept with the run.
  package var inventoryText: String?
  /// The inventory as the runbook sees it.
  package var hosts: HostDirectory
  /// Where `require` looks, after the runbook's own folder.
  package var modulePath: ModulePath
  /// The files as they were when the run began, to be used in place of those on disk.
  package var kept: [RunFile]?
  /// The folder that the user works in: files below it are shown relative to it.
  package var folder: String

  /// Describes what will be run.
  package init(
    runbook: String, runbookPath: String, inventoryPath: String?, inventoryText: String?, hosts: HostDirectory,
    modulePath: ModulePath, folder: String, kept: [RunFile]? = nil
  ) {
    self.runbook = runbook
    self.runbookPath = runbookPath
    self.inventoryPath = inventoryPath
    self.inventoryText = inventoryText
    self.hosts = hosts
    self.modulePath = modulePath
    self.folder = folder
    self.kept = kept
  }
}

extension RunSource {
  /// The runbook's own folder, then the others; the modules that were kept come before both.
  var searchPath: ModulePath {
    let own = runbookPath.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
    var path = ModulePath(folders: [own] + modulePath.folders.filter { $0 != own })
    for file in kept ?? [] where file.role == .module { path.kept[file.name] = file.text }
    return path
  }

  /// The text of the runbook.
  func runbookText() throws -> String {
    try kept?.first { $0.role == .runbook }?.text ?? SourceFile.text(of: runbookPath)
  }
}
