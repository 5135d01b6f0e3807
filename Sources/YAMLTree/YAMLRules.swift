/// What a reader of YAML lets pass beyond one document without foreign tags and without a key that is written twice.
public struct YAMLRules: Sendable, Hashable {
  /// What a tag that YAML itself does not define means.
  public enum ForeignTags: Sendable, Hashable {
    /// It is refused.
    case refused
    /// It is kept in ``YAMLNode/tag``; a scalar with it is text.
    case kept
  }

  /// What a key that is written twice in one mapping means.
  public enum RepeatedKeys: Sendable, Hashable {
    /// It is refused.
    case refused
    /// The last one counts, and merge keys are carried out where they stand, over what is before them, as by older
    /// readers of YAML.
    case lastWins
  }

  /// What a tag that YAML itself does not define means.
  public var foreignTags = ForeignTags.refused
  /// What a key that is written twice in one mapping means.
  public var repeatedKeys = RepeatedKeys.refused
  /// What YAML's own tags mean on a scalar.
  public enum OwnTags: Sendable, Hashable {
    /// `!!str` makes text; all others say nothing, and neither does `!` alone.
    case onlyText
    /// They decide what a scalar is, also where it is in quotes: `!!int "3"` is a number, and `!!map x` is text. With
    /// `bareIsText` a lone `!` makes text, too.
    case binding(bareIsText: Bool)
  }

  /// What YAML's own tags mean on a scalar.
  public var ownTags = OwnTags.onlyText
  /// Whether `%YAML 1.2` is refused, as by readers that were written for 1.1.
  public var refusesNewerVersions = false
  /// Whether further documents of the text are left aside instead of refused.
  public var takesFirstDocument = false
  /// Whether failures show the line in question; not where it may hold a secret.
  public var showsLines = true

  /// The strict rules.
  public init() {}
}
