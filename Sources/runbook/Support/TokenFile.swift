import Foundation
import Values
import Web

/// The file that holds the token of the page.
struct TokenFile {
  private let path: String

  init(_ path: String) { self.path = path }

  /// Reads the token. A file that others can read, or with a token that is too short, is refused.
  func read() throws -> AccessToken {
    let attributes = try? FileManager.default.attributesOfItem(
      atPath: URL(filePath: path).resolvingSymlinksInPath().path)
    guard let mode = attributes?[.posixPermissions] as? Int, let data = FileManager.default.contents(atPath: path)
    else {
      throw Failure(.webToken, "the token file \(path) can't be read")
    }
    guard mode & 0o077 == 0 else {
      throw Failure(
        .webToken, "other users can read the token file \(path)", hint: "restrict it to its owner: chmod 600 \(path)")
    }
    let text = String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    guard let token = AccessToken(text) else {
      throw Failure(
        .webToken, "the token in \(path) has fewer than \(AccessToken.minimumLength) characters",
        hint: "make a new one: openssl rand -hex 32")
    }
    return token
  }
}
