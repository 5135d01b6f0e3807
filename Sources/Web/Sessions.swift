import Crypto
import Foundation
import Values

/// Who is logged in.
struct WebSession: Sendable {
  /// What the browser's cookie holds.
  var id: String
  /// The name that the user gave.
  var name: String
  /// What each form of this session holds, and no other page can know.
  var formToken: String
  var began: Date
}

/// The sessions, in memory: they end with the server, by logging out, or after twelve hours.
actor Sessions {
  private var sessions: [String: WebSession] = [:]
  private var notices: [String: String] = [:]
  private let now: @Sendable () -> Date

  static let lifetime: TimeInterval = 12 * 3600
  /// More are not kept; the oldest ends.
  static let maximum = 200

  init(now: @escaping @Sendable () -> Date = { Date() }) { self.now = now }

  func begin(name: String) -> WebSession {
    let session = WebSession(
      id: AccessToken.random(), name: name, formToken: AccessToken.random(), began: now())
    if sessions.count >= Self.maximum, let oldest = sessions.values.min(by: { $0.began < $1.began }) { end(oldest.id) }
    sessions[session.id] = session
    return session
  }

  func find(_ id: String) -> WebSession? {
    guard let session = sessions[id] else { return nil }
    if now().timeIntervalSince(session.began) > Self.lifetime {
      end(id)
      return nil
    }
    return session
  }

  func end(_ id: String) {
    sessions[id] = nil
    notices[id] = nil
  }

  /// Keeps a message for the top of the next page.
  func say(_ notice: String, to id: String) { notices[id] = notice }

  func takeNotice(of id: String) -> String? { notices.removeValue(forKey: id) }
}

/// What a user logs in with.
package struct AccessToken: Sendable {
  private let secret: Secret

  /// The least number of characters.
  package static let minimumLength = 32

  /// A new one: 256 random bits.
  package init() { secret = Secret(Self.random()) }

  /// A given one; `nil` when it is too short to be safe.
  package init?(_ text: String) {
    guard text.utf8.count >= Self.minimumLength else { return nil }
    secret = Secret(text)
  }

  /// The text, for the user who started the server.
  package func reveal() -> String { secret.reveal() }

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
