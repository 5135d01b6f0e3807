import YAMLTree

/// What may not stand together in a description below `networks`, `volumes`, `secrets` or `configs`. The client looks at
/// it in each file, before it merges them.
enum ComposeConflict {
  /// Which keys conflict; `nil` where none do.
  static func keys(of description: YAMLNode, in section: String) -> String? {
    let external = description["external"]
    guard external?.members != nil || external?.text?.lowercased() == "true" else {
      return section == "secrets" && says(description["driver"]) && says(description["file"]) ? "driver and file" : nil
    }
    if section == "volumes",
      let key = ["driver", "driver_opts", "labels"].first(where: { says(description[$0]) })
    {
      return "external and \(key)"
    }
    return says(external?["name"]) && says(description["name"]) ? "external.name and name" : nil
  }

  /// Whether anything is said: an empty text, list or mapping counts as none.
  private static func says(_ node: YAMLNode?) -> Bool {
    guard let node else { return false }
    return !(node.text ?? "").isEmpty || node.elements?.isEmpty == false || node.members?.isEmpty == false
  }
}
