import Values

/// What is to become of a spec. Not an optional: JSON's own `null` could be taken for "nothing".
enum SpecEdit: Sendable {
  /// It is as it should be.
  case keep
  /// This is written in its place.
  case write(Value)
}
