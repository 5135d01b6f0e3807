import Values

/// What is to be run: the files as they are now, and what the person gave with them.
public struct RunSource: Sendable {
  /// The runbook as the person named it.
  public var runbook: String
  /// The absolute path of its file.
  public var runbookPath: String
  /// The absolute path of the inventory, if there is one.
  public var inventoryPath: String?
  /// The inventory's text, to be kept with the run.
  public var inventoryText: String?
  /// The inventory as the runbook sees it.
  public var hosts: HostDirectory
  /// Where `require` looks, after the runbook's own folder.
  public var modulePath: ModulePath
  /// The folder that the person works in: files below it are shown relative to it.
  public var folder: String

  /// Describes what is to be run.
  public init(
    runbook: String, runbookPath: String, inventoryPath: String?, inventoryText: String?, hosts: HostDirectory,
    modulePath: ModulePath, folder: String
  ) {
    self.runbook = runbook
    self.runbookPath = runbookPath
    self.inventoryPath = inventoryPath
    self.inventoryText = inventoryText
    self.hosts = hosts
    self.modulePath = modulePath
    self.folder = folder
  }
}
