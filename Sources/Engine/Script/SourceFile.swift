import Foundation
import LocalFiles
import Values

/// Reads the text of a Lua file that is to be executed.
package enum SourceFile {
  /// The text; a missing, unreadable or non-UTF-8 file is a ``Failure``, and so is one that other users could change.
  ///
  /// A user who can write a runbook or module decides what its users do on the hosts, and one in the current folder is
  /// found before the shipped one.
  package static func text(of path: String) throws -> String {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw Failure(.runbookMissing, "there is no file \(path)")
    }
    if isFolder.boolValue { throw Failure(.runbookMissing, "\(path) is a folder, not a Lua file") }
    try check(path)
    guard let data = FileManager.default.contents(atPath: path) else {
      throw Failure(.runbookMissing, "\(path) can't be read", hint: "check its permissions")
    }
    guard let text = String(validating: data, as: UTF8.self) else {
      throw Failure(.runbookSyntax, "\(path) is not UTF-8 text")
    }
    return text
  }

  private static func check(_ path: String) throws {
    do {
      guard let exposure = try FileExposure.find(onTheWayTo: path) else { return }
      throw Failure(
        .runbookExposed, "\(path) is not executed: others can change it", cause: exposure.words,
        hint: "check its content, then: \(exposure.remedy)")
    } catch let problem as LocalFileProblem {
      throw Failure(.runbookMissing, "\(path) can't be read", cause: problem.description)
    }
  }
}
