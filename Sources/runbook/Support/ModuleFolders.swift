import Foundation

/// Where `require` looks after the runbook's own folder.
struct ModuleFolders {
  /// In order: `./stdlib`, the folders of `RUNBOOK_PATH`, the shipped modules.
  let all: [String]

  /// - Parameter folder: the folder that the user works in; what `RUNBOOK_PATH` names is relative to it.
  init(
    folder: String, shared: SharedFolders, environment: [String: String] = ProcessInfo.processInfo.environment
  ) {
    let named = (environment["RUNBOOK_PATH"] ?? "").split(separator: ":").map { path in
      URL(filePath: path.hasPrefix("/") ? String(path) : "\(folder)/\(path)").standardized.path
    }
    var all: [String] = []
    for path in ["\(folder)/stdlib"] + named + (shared.modules.map { [$0] } ?? []) where !all.contains(path) {
      all.append(path)
    }
    self.all = all
  }
}
