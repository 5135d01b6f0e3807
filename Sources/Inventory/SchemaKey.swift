/// One key of the inventory file: what it may hold and what it is for. The reference is made from these.
public struct SchemaKey: Sendable {
  /// The key as it is written.
  public let name: String
  /// What it may hold.
  public let shape: SchemaShape
  /// Whether it is required.
  public let isRequired: Bool
  /// What holds when it is missing, in words.
  public let defaultText: String?
  /// What it is for, in one sentence.
  public let summary: String

  init(
    _ name: String, _ shape: SchemaShape, required: Bool = false, default defaultText: String? = nil, _ summary: String
  ) {
    self.name = name
    self.shape = shape
    self.isRequired = required
    self.defaultText = defaultText
    self.summary = summary
  }
}
