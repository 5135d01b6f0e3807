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
