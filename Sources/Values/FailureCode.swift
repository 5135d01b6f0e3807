/// The kind of a ``Failure``, as a stable string. Each target adds its own in an extension.
public struct FailureCode: RawRepresentable, Sendable, Hashable, Codable, ExpressibleByStringLiteral,
  CustomStringConvertible
{
  /// `area.what`, in lower case with underscores.
  public let rawValue: String

  /// The code of that text.
  public init(rawValue: String) { self.rawValue = rawValue }
  /// The code of that text.
  public init(stringLiteral value: String) { rawValue = value }
  /// The text itself.
  public var description: String { rawValue }

  /// Reads the text.
  public init(from decoder: any Decoder) throws {
    rawValue = try decoder.singleValueContainer().decode(String.self)
  }

  /// Writes the text.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(rawValue)
  }
}
