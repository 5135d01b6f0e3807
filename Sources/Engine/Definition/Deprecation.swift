/// A primitive or one of its parameters will be removed in the next major version of the API.
public struct Deprecation: Sendable, Hashable {
  /// The version that declared it.
  public var since: APIVersion
  /// What to write in its place.
  public var instead: String

  /// Declares something deprecated.
  public init(since: APIVersion, instead: String) {
    self.since = since
    self.instead = instead
  }

  /// The warning about a use of it; `what` as the script names it, for example `swarm.leave`.
  public func message(of what: String) -> String { "\(what) is deprecated since version \(since) of the API" }

  /// For the reference and editors.
  public var sentence: String { "Deprecated since \(since): use \(instead)." }
}

/// A deprecated name that a script used.
struct DeprecatedUse: Sendable, Hashable {
  /// As the script names it, for example `option force of swarm.leave`.
  var what: String
  var deprecation: Deprecation
}
