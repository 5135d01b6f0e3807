import Foundation

/// The time in which a certificate is valid; both ends are in it.
public struct Validity: Sendable, Hashable {
  /// The first moment.
  public let notBefore: Date
  /// The last moment.
  public let notAfter: Date

  /// Spans a time.
  public init(notBefore: Date, notAfter: Date) {
    self.notBefore = notBefore
    self.notAfter = notAfter
  }

  /// Whether a moment is in it.
  public func contains(_ moment: Date) -> Bool { moment >= notBefore && moment <= notAfter }
  /// Whether it is over.
  public func isExpired(at moment: Date) -> Bool { moment > notAfter }
  /// Whether it has not begun; a clock that is wrong by more than an hour is the usual reason.
  public func isNotYetValid(at moment: Date) -> Bool { moment < notBefore }
  /// How long it lasts, in seconds.
  public var duration: TimeInterval { notAfter.timeIntervalSince(notBefore) }
  /// How many days are left; negative when it is over.
  public func daysLeft(at moment: Date) -> Double { notAfter.timeIntervalSince(moment) / 86_400 }
}
