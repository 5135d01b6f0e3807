import Foundation

/// The `runbook` that this build made, for tests that run it as a process of its own.
package enum BuiltProgram {
  /// Its path: what `RUNBOOK_BINARY` names, else the binary beside the test bundle.
  package static let path: String = {
    if let named = ProcessInfo.processInfo.environment["RUNBOOK_BINARY"], !named.isEmpty { return named }
    var folder = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
    while folder.path != "/" {
      let candidate = folder.appending(path: "runbook").path
      var isFolder: ObjCBool = false
      if FileManager.default.fileExists(atPath: candidate, isDirectory: &isFolder), !isFolder.boolValue {
        return candidate
      }
      folder.deleteLastPathComponent()
    }
    return "runbook"
  }()
}
