import Foundation

/// Where the shipped runbooks and Lua modules are: beside an installed binary, or in the source tree it was built in.
struct SharedFolders {
  /// The folder that holds `runbooks` and `stdlib`.
  let root: String?

  /// Looks, in this order: `RUNBOOK_SHARE`; `../share/runbook` of the binary; the folders above the binary.
  init(environment: [String: String] = ProcessInfo.processInfo.environment) {
    if let given = environment["RUNBOOK_SHARE"], !given.isEmpty {
      root = given
      return
    }
    let binary = URL(filePath: Bundle.main.executablePath ?? CommandLine.arguments[0]).resolvingSymlinksInPath()
    let folder = binary.deletingLastPathComponent()
    var candidates = [folder.deletingLastPathComponent().appending(path: "share/runbook")]
    var above = folder
    while above.path != "/" {
      candidates.append(above)
      above = above.deletingLastPathComponent()
    }
    root = candidates.first { Self.isComplete($0) }?.path
  }

  private static func isComplete(_ folder: URL) -> Bool {
    ["runbooks", "stdlib"].allSatisfy {
      FileManager.default.fileExists(atPath: folder.appending(path: $0).path)
    }
  }

  /// The shipped runbooks.
  var runbooks: String? { root.map { "\($0)/runbooks" } }
  /// The shipped Lua modules.
  var modules: String? { root.map { "\($0)/stdlib" } }
}
