import Foundation
import Values

/// The key that unlocks a manager of a swarm with autolock: `SWMKEY-1-` and 32 bytes in base 64 without padding.
package struct UnlockKey: Sendable, Hashable {
  /// The whole key.
  package let secret: Secret

  /// Reads a key; white space around it is left out.
  ///
  /// - Throws: ``Failure`` `pki.bad_unlock_key`, without any part of the text.
  package static func parse(_ text: String) throws(Failure) -> UnlockKey {
    let words = text.split(whereSeparator: \.isWhitespace)
    guard words.count == 1, let word = words.first else {
      throw bad(words.isEmpty ? "it is empty" : "there is white space in it")
    }
    let prefix = "SWMKEY-1-"
    guard word.hasPrefix(prefix) else {
      throw bad(word.hasPrefix("SWMTKN") ? "it is a join token" : "it does not begin with \(prefix)")
    }
    // 32 bytes are 43 characters and one sign of padding, which is left out.
    let encoded = word.dropFirst(prefix.count)
    guard encoded.count == 43, Data(base64Encoded: encoded + "=")?.count == 32 else {
      throw bad("what follows \(prefix) is not 32 bytes in base 64 without padding")
    }
    return UnlockKey(secret: Secret(String(word)))
  }

  private static func bad(_ reason: String) -> Failure {
    Failure(
      "pki.bad_unlock_key", "this is not an unlock key of a swarm: \(reason)", cause: "invalid key provided",
      hint: "read it from a manager that is not locked: docker swarm unlock-key")
  }
}

extension UnlockKey: CustomStringConvertible {
  /// The public part of the key.
  package var description: String { "SWMKEY-1-\(Secret.placeholder)" }
}
