import Foundation
import Values

/// Reading of a small text file that a person wrote.
package enum TextFile {
  /// The largest file that is read: 4 MiB. A file of this kind is never larger; a device or a wrong path may be.
  package static let sizeLimit = 4 << 20

  /// Reads a whole file as UTF-8, without a byte order mark.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - area: The first part of the failure codes.
  ///   - noun: What the file is, for example `inventory`.
  ///   - hint: What to do when there is no such file.
  /// - Throws: ``Failure`` `AREA.missing`, or `AREA.unreadable` for a folder, a file without read permission, a file
  ///   larger than ``sizeLimit``, and text that is not UTF-8.
  package static func read(path: String, area: String, noun: String, hint: String) throws(Failure) -> String {
    let unreadable = FailureCode(rawValue: "\(area).unreadable")
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw Failure(
        FailureCode(rawValue: "\(area).missing"), "there is no \(noun) file '\(path)'", hint: hint)
    }
    guard !isFolder.boolValue else {
      throw Failure(unreadable, "'\(path)' is a folder, not \(article(noun)) file", hint: "name the YAML file in it")
    }
    let data: Data
    do {
      let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
      defer { try? file.close() }
      data = try contents(of: file, limit: sizeLimit + 1)
    } catch {
      throw Failure(
        unreadable, "the \(noun) file '\(path)' can't be read", cause: error.localizedDescription,
        hint: "check the file's owner and permissions")
    }
    guard data.count <= sizeLimit else {
      throw Failure(
        unreadable, "'\(path)' is larger than \(sizeLimit >> 20) MiB, so it is not \(article(noun))",
        hint: "check the path")
    }
    guard var text = String(validating: data, as: UTF8.self) else {
      throw Failure(
        unreadable, "the \(noun) file '\(path)' is not UTF-8 text", location: badLine(data, file: path),
        hint: "save the file as UTF-8")
    }
    if text.unicodeScalars.first == "\u{FEFF}" { text.unicodeScalars.removeFirst() }
    return text
  }

  /// Reads to the end or the limit; one read may give less than it was asked for.
  private static func contents(of file: FileHandle, limit: Int) throws -> Data {
    var data = Data()
    while data.count < limit, let part = try file.read(upToCount: limit - data.count), !part.isEmpty { data += part }
    return data
  }

  /// The line of the first byte that is not UTF-8.
  private static func badLine(_ data: Data, file: String) -> SourceLocation {
    let lines = data.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    let index = lines.firstIndex { String(validating: $0, as: UTF8.self) == nil } ?? 0
    return SourceLocation(file: file, line: index + 1)
  }

  private static func article(_ noun: String) -> String {
    let first: Character = noun.first ?? "x"
    return "\("aeiou".contains(first) ? "an" : "a") \(noun)"
  }
}
