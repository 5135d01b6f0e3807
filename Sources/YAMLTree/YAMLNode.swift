import Foundation
import Values

/// A piece of a YAML document that knows where it was written.
///
/// Aliases and merge keys (`<<`) are already resolved; a tag that YAML itself does not define
/// is refused on reading unless ``YAMLRules`` let it pass.
public struct YAMLNode: Sendable, Hashable {
  /// What the piece is.
  public enum Content: Sendable, Hashable {
    /// A scalar as it was written. `isPlain` says whether it was without quotes, so that `true` or `5` may be
    /// something else than text.
    case scalar(String, isPlain: Bool)
    /// A list.
    case sequence([YAMLNode])
    /// Keys with values, in the order of the file.
    case mapping([Member])
  }

  /// One key of a mapping with its value.
  public struct Member: Sendable, Hashable {
    /// The key's text.
    public var key: String
    /// Where the key is.
    public var location: SourceLocation
    /// Whether the key was without quotes, so that `5` or `yes` may be something else than text.
    public var hasPlainKey: Bool
    /// What belongs to it.
    public var value: YAMLNode

    /// Pairs a key with its value.
    public init(key: String, location: SourceLocation, hasPlainKey: Bool = true, value: YAMLNode) {
      self.key = key
      self.location = location
      self.hasPlainKey = hasPlainKey
      self.value = value
    }
  }

  /// What the piece is.
  public var content: Content
  /// Where it begins.
  public var location: SourceLocation
  /// Its tag: YAML's own by its short name (`str`, `int`), another one with its `!`; empty without one.
  public var tag: String

  /// Puts content at a place.
  public init(_ content: Content, location: SourceLocation, tag: String = "") {
    self.content = content
    self.location = location
    self.tag = tag
  }
}

extension YAMLNode {
  /// The members, when this is a mapping.
  public var members: [Member]? { if case .mapping(let members) = content { members } else { nil } }
  /// The elements, when this is a list.
  public var elements: [YAMLNode]? { if case .sequence(let elements) = content { elements } else { nil } }
  /// The text of a scalar as it was written; `nil` for a list, a mapping and for nothing at all.
  public var text: String? {
    if case .scalar(let text, _) = content, !isNull { text } else { nil }
  }
  /// Whether nothing is there: an empty value, `~` or `null`.
  public var isNull: Bool {
    if case .scalar(let text, isPlain: true) = content { PlainScalar(text) == .null } else { false }
  }
  /// What a scalar means in YAML 1.1; `nil` for a list and a mapping.
  public var plain: PlainScalar? {
    guard case .scalar(let text, let isPlain) = content else { return nil }
    return isPlain ? PlainScalar(text) : .text
  }
  /// The truth value of a plain scalar, as YAML 1.1 has them: `true`, `yes`, `on` and their opposites.
  public var flag: Bool? {
    guard case .scalar(let text, isPlain: true) = content else { return nil }
    guard [text.lowercased(), text.uppercased(), text.capitalized].contains(text) else { return nil }
    return switch text.lowercased() {
    case "true", "yes", "on": true
    case "false", "no", "off": false
    default: nil
    }
  }
  /// The decimal integer that a plain scalar means.
  public var integer: Int? {
    guard case .scalar(let text, isPlain: true) = content else { return nil }
    return Int(text)
  }
  /// What the piece is, in words, for a message: `a list`, `a mapping`, `nothing`, `a truth value`, `text`.
  public var kind: String {
    switch content {
    case .sequence: "a list"
    case .mapping: "a mapping"
    case .scalar:
      if isNull {
        "nothing"
      } else if flag != nil {
        "a truth value"
      } else if integer != nil {
        "a number"
      } else {
        "text"
      }
    }
  }
  /// The value of a member; `nil` when this is not a mapping or has no such key.
  public subscript(key: String) -> YAMLNode? { members?.first { $0.key == key }?.value }
}
