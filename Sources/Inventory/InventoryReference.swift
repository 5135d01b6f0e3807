/// The keys of the inventory file for the reference, in Markdown.
public enum InventoryReference {
  /// The table of all keys, below a heading of the second level.
  public static func write() -> String {
    let lines = ["| key | what may stand there | what it is for |", "| --- | --- | --- |"]
    return """
      ## Inventory

      A YAML file; what is not in this table is refused.

      \((lines + rows(InventorySchema.root, within: "")).joined(separator: "\n"))
      """
  }

  private static func rows(_ keys: [SchemaKey], within path: String) -> [String] {
    keys.flatMap { key in
      let name = path + key.name
      var summary = key.summary
      if key.isRequired { summary += " *Must be there.*" }
      if let text = key.defaultText { summary += " (default: \(text))" }
      return ["| `\(name)` | \(key.shape.expectation) | \(summary) |"] + below(key.shape, name)
    }
  }

  private static func below(_ shape: SchemaShape, _ path: String) -> [String] {
    switch shape {
    case .mapping(let keys): rows(keys, within: path + ".")
    case .named(_, let element): below(element, path + ".NAME")
    case .list(let element, _): below(element, path)
    default: []
    }
  }
}
