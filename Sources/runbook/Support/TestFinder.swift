import Foundation
import Values

/// Finds test files: those named, and those below named folders.
struct TestFinder {
  let folder: String

  /// What the name of a test file ends with.
  static let ending = "_test.lua"

  /// The absolute paths, in the order they were named, each once.
  func files(_ names: [String]) throws -> [String] {
    var found: [String] = []
    for name in names.isEmpty ? [folder] : names {
      let path = URL(filePath: name.hasPrefix("/") ? name : "\(folder)/\(name)").standardized.path
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
        throw Failure(
          "test.missing", "there is no file or folder \"\(name)\"",
          hint: "name test files, or folders with files called …\(Self.ending)")
      }
      found += isFolder.boolValue ? below(path) : [path]
    }
    guard !found.isEmpty else {
      throw Failure(
        "test.missing", "no tests found", hint: "put tests into files called …\(Self.ending) beside the runbook")
    }
    return found.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }

  /// Hidden folders are left out, such as those of build products.
  private func below(_ path: String) -> [String] {
    let all = FileManager.default.enumerator(
      at: URL(filePath: path), includingPropertiesForKeys: nil, options: [.skipsHiddenFiles])
    return (all?.compactMap { ($0 as? URL)?.path } ?? []).filter { $0.hasSuffix(Self.ending) }.sorted()
  }
}
