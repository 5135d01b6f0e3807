/// A version of the Engine API, for example 1.41.
public struct APIVersion: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// The part before the dot.
  public let major: Int
  /// The part after the dot.
  public let minor: Int

  /// Names a version.
  public init(_ major: Int, _ minor: Int) {
    self.major = major
    self.minor = minor
  }

  /// Reads `1.41`; `nil` when it is nothing like that.
  public init?(_ text: some StringProtocol) {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 2, let major = Int(parts[0]), let minor = Int(parts[1]), major >= 0, minor >= 0 else {
      return nil
    }
    self.init(major, minor)
  }

  /// The oldest that we speak: Docker 20.10's.
  public static let oldest = APIVersion(1, 41)
  /// The newest that we speak: Docker 28.3's.
  public static let newest = APIVersion(1, 51)

  /// By their order.
  public static func < (left: APIVersion, right: APIVersion) -> Bool {
    (left.major, left.minor) < (right.major, right.minor)
  }

  /// As the API writes it.
  public var description: String { "\(major).\(minor)" }
}
