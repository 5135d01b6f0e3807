import Foundation
import Values

/// Reads the text of a Lua file.
enum SourceFile {
  /// The text; a missing, unreadable or non-UTF-8 file is a ``Failure``.
  static func text(of path: String) throws -> String {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw Failure(.runbookMissing, "there is no file \(path)")
    }
    if isFolder.boolValue { throw Failure(.runbookMissing, "\(path) is a folder, not a Lua file") }
    guard let data = FileManager.default.contents(atPath: path) else {
      throw Failure(.runbookMissing, "\(path) can't be read", hint: "check its permissions")
    }
    guard let text = String(validating: data, as: UTF8.self) else {
      throw Failure(.runbookSyntax, "\(path) is not UTF-8 text")
    }
    return text
  }
}
