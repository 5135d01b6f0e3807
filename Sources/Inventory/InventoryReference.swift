/// The keys of the inventory file for the reference, in Markdown.
public enum InventoryReference {
  /// The table of all keys, below a heading of the second level.
  public static func write() -> String {
    let lines = ["| key | value | purpose |", "| --- | --- | --- |"]
    return """
      ## Inventory

      A YAML file. Keys that are not in this table are refused.

      \((lines + rows(InventorySchema.root, within: "")).joined(separator: "\n"))
      """
  }

  private static func rows(_ keys: [SchemaKey], within path: String) -> [String] {
    keys.flatMap { key in
      let name = path + key.name
      var summary = key.summary
      if key.isRequired { summary += " *Required.*" }
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
