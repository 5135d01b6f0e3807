import Foundation
import Values

/// Finds a runbook by what the user typed: a path, a name in `./runbooks`, or a shipped one.
struct RunbookFinder {
  let folder: String
  let shared: SharedFolders

  /// The absolute path of the runbook's file.
  func path(of name: String) throws -> String {
    let file = name.hasSuffix(".lua") ? name : "\(name).lua"
    let places =
      [absolute(name), absolute(file), "\(folder)/runbooks/\(file)"] + (shared.runbooks.map { ["\($0)/\(file)"] } ?? [])
    for place in places {
      var isFolder: ObjCBool = false
      if FileManager.default.fileExists(atPath: place, isDirectory: &isFolder), !isFolder.boolValue {
        return URL(filePath: place).standardized.path
      }
    }
    throw Failure(
      "runbook.missing", "there is no runbook \"\(name)\"",
      hint: "looked for a file of that path, in \(folder)/runbooks, and among the shipped ones; "
        + Suggestion.hint(for: file, among: Set(names)))
  }

  /// The files that can be named without a folder.
  var names: [String] {
    let found = [folder + "/runbooks", shared.runbooks].compactMap { $0 }.flatMap {
      (try? FileManager.default.contentsOfDirectory(atPath: $0)) ?? []
    }
    return Set(found.filter { $0.hasSuffix(".lua") && !$0.hasSuffix(TestFinder.ending) }).sorted()
  }

  private func absolute(_ path: String) -> String { path.hasPrefix("/") ? path : "\(folder)/\(path)" }
}

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
