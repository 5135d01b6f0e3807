import Foundation
import Synchronization

/// Slows down attempts to guess the token: after some wrong ones an address has to wait.
final class LoginGate: Sendable {
  /// How many wrong tokens one address may send in a row.
  static let attempts = 10
  /// For how many seconds it is then refused.
  static let pause = 60.0
  /// How many addresses are remembered; when there are more, all have to wait.
  static let addresses = 1000

  private struct Entry {
    var wrong = 0
    var last = Date.distantPast
  }
  private let entries = Mutex<[String: Entry]>([:])
  private let now: @Sendable () -> Date

  init(now: @escaping @Sendable () -> Date = { Date() }) { self.now = now }

  /// Throws where an address has to wait.
  func pass(_ address: String) throws {
    let moment = now()
    let isRefused = entries.withLock { entries in
      entries = entries.filter { moment.timeIntervalSince($0.value.last) < Self.pause }
      guard let entry = entries[address] else { return entries.count >= Self.addresses }
      return entry.wrong >= Self.attempts
    }
    if isRefused { throw Refusal(.tooManyRequests, "Too many wrong tokens; wait a minute, then try again.") }
  }

  /// Notes a wrong token.
  func failed(_ address: String) {
    let moment = now()
    entries.withLock { entries in
      entries[address, default: Entry()].wrong += 1
      entries[address]?.last = moment
    }
  }

  /// Forgets the wrong ones of an address that sent the right one.
  func succeeded(_ address: String) { entries.withLock { $0[address] = nil } }
}
