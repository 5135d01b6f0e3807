import Foundation

/// A person's wish that no further step of a run begins.
public struct RunPause: Sendable, Hashable {
  /// The user name of who wants it.
  public var by: String
  /// Since when.
  public var at: Date
}
