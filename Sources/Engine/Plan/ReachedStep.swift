import Values

/// A step that a walk through a runbook reached.
struct ReachedStep: Sendable, Hashable {
  var path: String
  /// The lines of its functions and its options.
  var code: String
  var location: SourceLocation?
}
