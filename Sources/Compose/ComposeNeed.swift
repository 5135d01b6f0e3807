import Values
import YAMLTree

/// What a stack needs and its compose files only name: a file beside them, or something that is in the swarm already.
///
/// `docker stack deploy` looks for most of it in the midst of its work, and `docker stack config` only for the files of
/// environment variables (seen with Docker 26.1 and 28.5).
public struct ComposeNeed: Sendable, Hashable {
  /// Where it must be.
  public enum Kind: Sendable, Hashable {
    /// A file with environment variables, by its path; a relative one begins at the folder of the first compose file.
    case environmentFile(String)
    /// The file that holds a secret's or a config's content, by its path, relative as above.
    case content(String)
    /// A network of the swarm that is used under this name.
    case network(String)
    /// A secret of the swarm with this name.
    case secret(String)
    /// A config of the swarm with this name.
    case config(String)
  }

  /// What is needed.
  public var kind: Kind
  /// Who needs it, as the file has it: `services.web.env_file`, `secrets.key`.
  public var by: String
  /// Where that is written.
  public var location: SourceLocation
}

extension ComposeNeed {
  /// The files of environment variables that a service names.
  static func environmentFiles(of service: YAMLNode.Member) -> [ComposeNeed] {
    guard let named = service.value["env_file"] else { return [] }
    return (named.elements ?? [named]).compactMap { node in
      node.text.map {
        ComposeNeed(kind: .environmentFile($0), by: "services.\(service.key).env_file", location: node.location)
      }
    }
  }

  /// What a description below `networks`, `secrets` or `configs` needs; `nil` where docker makes it from the
  /// description itself.
  static func of(_ member: YAMLNode.Member, in section: String) -> ComposeNeed? {
    let node = member.value, external = node["external"]
    func need(_ kind: Kind) -> ComposeNeed {
      ComposeNeed(kind: kind, by: "\(section).\(member.key)", location: member.location)
    }
    let isExternal = external?.members != nil || external?.text?.lowercased() == "true"
    guard isExternal else {
      let isFile = ["secrets", "configs"].contains(section) && node["driver"]?.text == nil
      return isFile ? need(.content(node["file"]?.text ?? "")) : nil
    }
    let name = external?["name"]?.text ?? node["name"]?.text ?? member.key
    return switch section {
    // These are on each engine, and belong to no swarm.
    case "networks": ["default", "bridge", "host", "none"].contains(name) ? nil : need(.network(name))
    case "secrets": need(.secret(name))
    case "configs": need(.config(name))
    default: nil
    }
  }
}
