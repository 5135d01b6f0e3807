import Foundation
import Values
import YAMLTree

/// Makes the paths of an inventory absolute: `~` is the user's home, the rest is relative to the inventory's folder.
struct PathResolver {
  /// The inventory file.
  let inventory: String
  /// Whether a file that is not there is a problem.
  let checksFiles: Bool

  func resolve(_ node: YAMLNode, _ noun: String, _ problems: inout Problems) -> String {
    let written = node.text ?? ""
    let folder = URL(fileURLWithPath: inventory).deletingLastPathComponent()
    let expanded = written == "~" || written.hasPrefix("~/") ? (written as NSString).expandingTildeInPath : written
    let path = URL(fileURLWithPath: expanded, relativeTo: folder).standardizedFileURL.path
    if checksFiles, !FileManager.default.isReadableFile(atPath: path) {
      problems.add(
        "inventory.missing_file", "The file of \(noun), '\(path)', is not there or can't be read.", at: node.location,
        hint: "Correct the path (it is relative to the inventory's folder) or the file's permissions.")
    }
    return path
  }
}
