import Values

/// A version of the API that runbooks and modules are written for: built-ins, host modules, shipped modules.
///
/// It follows Semantic Versioning: the minor number grows when something is added or declared deprecated, the major one
/// when something is taken away or means something else.
public struct APIVersion: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// Grows with changes that break runbooks.
  public var major: Int
  /// Grows with additions.
  public var minor: Int

  /// The version of this program.
  public static let current = APIVersion(1, 0)

  /// Names a version.
  public init(_ major: Int, _ minor: Int) {
    self.major = major
    self.minor = minor
  }

  /// Reads `1.2`; `nil` for any other text.
  public init?(_ text: String) {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    let numbers = parts.compactMap { part in part.allSatisfy { ("0"..."9").contains($0) } ? Int(part) : nil }
    guard parts.count == 2, numbers.count == 2 else { return nil }
    self.init(numbers[0], numbers[1])
  }

  /// `1.2`
  public var description: String { "\(major).\(minor)" }

  /// Older versions first.
  public static func < (left: APIVersion, right: APIVersion) -> Bool {
    (left.major, left.minor) < (right.major, right.minor)
  }

  /// Whether a runbook written for `wanted` works with this one.
  public func serves(_ wanted: APIVersion) -> Bool { wanted.major == major && wanted.minor <= minor }

  /// Refuses code written for a version that this program does not support.
  ///
  /// - Parameter what: what is written for it, for example `the runbook`.
  func check(_ text: String, of what: String, at location: SourceLocation?) throws {
    guard let wanted = APIVersion(text) else {
      throw Failure(
        .argument, "requires_api: \"\(text)\" is not a version", location: location, hint: "write it as \"\(self)\"")
    }
    if serves(wanted) { return }
    let hint =
      wanted > self
      ? "install a newer runbook, which has version \(wanted) or a later \(wanted.major).x"
      : "adapt it to what changed between the two (see CHANGELOG.md), then write requires_api \"\(self)\""
    throw Failure(
      .apiUnserved, "\(what) needs version \(wanted) of the API, and this program has \(self)", location: location,
      hint: hint
    )
  }
}

extension FailureCode {
  /// A runbook or module is written for a version of the API that this program does not have.
  public static let apiUnserved: FailureCode = "runbook.api_version"
}
