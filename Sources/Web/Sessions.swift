import Foundation

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
