import Foundation

/// An operator's request that no further step of a run begins.
public struct RunPause: Sendable, Hashable {
  /// The user name of the operator.
  public var by: String
  /// Since when.
  public var at: Date
}
