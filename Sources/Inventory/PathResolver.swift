import Foundation
import LocalFiles
import Values
import YAMLTree

/// Makes the paths of an inventory absolute: `~` is the user's home, the rest is relative to the inventory's folder.
struct PathResolver {
  /// The inventory file.
  let inventory: String
  /// Whether a file that is not there, or that others could change, is a problem.
  let checksFiles: Bool

  func resolve(_ node: YAMLNode, _ noun: String, _ problems: inout Problems) -> String {
    let written = node.text ?? ""
    let folder = URL(fileURLWithPath: inventory).deletingLastPathComponent()
    let expanded = written == "~" || written.hasPrefix("~/") ? (written as NSString).expandingTildeInPath : written
    let path = URL(fileURLWithPath: expanded, relativeTo: folder).standardizedFileURL.path
    guard checksFiles else { return path }
    if !FileManager.default.isReadableFile(atPath: path) {
      problems.add(
        "inventory.missing_file", "the file of \(noun), '\(path)', does not exist or can't be read", at: node.location,
        hint: "correct the path (it is relative to the inventory's folder) or the file's permissions")
    } else if let exposure = try? FileExposure.find(onTheWayTo: path) {
      // ssh carries out what its configuration says, and looks at the owner of none that it is given by name.
      problems.add(
        "inventory.exposed_file", "the file of \(noun) is not used: others can change it; \(exposure.words)",
        at: node.location, hint: "check what is in it, then: \(exposure.remedy)")
    }
    return path
  }
}
