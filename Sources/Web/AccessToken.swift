import Crypto
import Foundation
import Values

/// What a user logs in with.
public struct AccessToken: Sendable {
  private let secret: Secret

  /// The least number of characters.
  public static let minimumLength = 32

  /// A new one: 256 random bits.
  public init() { secret = Secret(Self.random()) }

  /// A given one; `nil` when it is too short to be safe.
  public init?(_ text: String) {
    guard text.utf8.count >= Self.minimumLength else { return nil }
    secret = Secret(text)
  }

  /// The text, for the user who started the server.
  public func reveal() -> String { secret.reveal() }

  /// Whether that is the token. The check takes the same time for a wrong one as for the right one.
  func matches(_ text: String) -> Bool { Self.areEqual(text, secret.reveal()) }

  /// Compares digests, whose comparison takes the same time whatever they are.
  static func areEqual(_ left: String, _ right: String) -> Bool {
    SHA256.hash(data: Data(left.utf8)) == SHA256.hash(data: Data(right.utf8))
  }

  /// 256 bits of the system's generator, in hexadecimal.
  static func random() -> String {
    var generator = SystemRandomNumberGenerator()
    return Hexadecimal.encode((0..<32).map { _ in UInt8.random(in: .min ... .max, using: &generator) })
  }
}
