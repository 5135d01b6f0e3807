/// Whether a node fulfils a constraint.
public enum PlacementVerdict: Sendable, Hashable {
  /// It does.
  case satisfied
  /// It does not.
  case unsatisfied
  /// What the constraint looks at is not known of the node.
  case unknown
}
