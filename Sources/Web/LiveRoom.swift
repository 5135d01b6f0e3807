import Synchronization

/// How many live pages are open: each takes a connection, and looks into the journal twice a second.
final class LiveRoom: Sendable {
  /// More are refused.
  static let maximum = 50
  /// The most for one session.
  static let ofOne = 10

  private let open = Mutex<[String: Int]>([:])

  /// The place of one live page, freed when it is released.
  final class Seat: Sendable {
    private let room: LiveRoom
    private let session: String

    fileprivate init(_ room: LiveRoom, _ session: String) { (self.room, self.session) = (room, session) }
    deinit { room.leave(session) }
  }

  func enter(_ session: String) throws -> Seat {
    let isFull = open.withLock { open in
      let own = open[session, default: 0]
      guard own < Self.ofOne, open.values.reduce(0, +) < Self.maximum else { return true }
      open[session] = own + 1
      return false
    }
    if isFull {
      throw Refusal(.serviceUnavailable, "Too many live pages are open; close some, then load this one again.")
    }
    return Seat(self, session)
  }

  private func leave(_ session: String) {
    open.withLock { open in
      let left = open[session, default: 1] - 1
      open[session] = left > 0 ? left : nil
    }
  }
}
