import Values
import YAMLTree

/// What `docker stack deploy -c FIRST -c SECOND …` would deploy.
package struct ComposeStack: Sendable, Hashable {
  /// The services by name, in the order of the alphabet.
  package var services: [ComposeService]
  /// What it needs that is in none of the files.
  package var needs: [ComposeNeed]
  /// What does not stop a deployment but is worth a look: each variable that is not set, once, and each key that is
  /// left aside.
  package var warnings: [Failure]

  /// Replaces the variables of each file and merges the files.
  ///
  /// The rules are those of the Docker CLI: what its schema refuses is refused, and the services of a later file with
  /// the same name are laid over the earlier ones; single values of the later one win unless they are empty;
  /// `deploy.placement.constraints` are appended; ports are distinguished by the published number and sorted by it.
  /// Variables come from the environment of the command only: docker stack deploy reads no `.env` file.
  ///
  /// - Parameters:
  ///   - files: The compose file and its override files, in the order of the `-c` options.
  ///   - environment: The variables of the process that deploys.
  ///   - dialect: The version of Docker's client that deploys.
  /// - Throws: ``Failure`` `compose.invalid` for a shape that Docker refuses, `compose.not_deployable` for what it
  ///   refuses only in the middle of a deployment, `compose.bad_variable` for a `$` it can't read or a required
  ///   variable that is not set, `compose.bad_constraint` for a constraint that it can't read. When there are several,
  ///   the first has the others in `related`.
  package static func merge(
    _ files: [ComposeFile], environment: [String: String] = [:], dialect: ComposeDialect = .any
  ) throws(Failure) -> ComposeStack {
    var reader = ComposeReader(environment: environment, dialect: dialect)
    var merged: [String: ServicePart] = [:]
    for file in files {
      for part in reader.services(of: file) {
        merged[part.name] = merged[part.name].map { $0.overlaid(by: part, dialect) } ?? part
      }
    }
    let parts = merged.keys.sorted().compactMap { merged[$0] }
    reader.finish(parts)
    let order = Dictionary(files.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
    func key(_ failure: Failure) -> (Int, Int) {
      (failure.location.flatMap { order[$0.file] } ?? 0, failure.location?.line ?? 0)
    }
    let failures = reader.failures.enumerated().sorted {
      let (left, right) = (key($0.element), key($1.element))
      return left == right ? $0.offset < $1.offset : left < right
    }.map(\.element)
    if var first = failures.first {
      // A text that can't be read may be so because a variable in it is not set.
      first.related = Array(failures.dropFirst()) + reader.warnings.filter { $0.code == "compose.unset_variable" }
      throw first
    }
    return ComposeStack(services: parts.map { $0.service() }, needs: reader.needs, warnings: reader.warnings)
  }
}

/// One compose file as it was written: variables are not replaced yet.
package struct ComposeFile: Sendable, Hashable {
  /// The file's name, as failures show it.
  package let name: String
  /// Its contents, without its variables replaced.
  package let root: YAMLNode

  /// Reads a compose file.
  ///
  /// - Parameters:
  ///   - text: The YAML text.
  ///   - file: The file's name, for failures.
  ///   - dialect: The version of Docker's client that would read it.
  /// - Throws: ``Failure`` `compose.syntax`, `compose.duplicate_key` or `compose.invalid`, with the line.
  package static func parse(
    text: String, file: String, dialect: ComposeDialect = .any
  ) throws(Failure) -> ComposeFile {
    let location = SourceLocation(file: file, line: 1)
    guard let root = try YAMLDocument.parse(text: text, file: file, area: "compose", rules: dialect.yamlRules),
      !root.isNull
    else {
      throw Failure(
        "compose.invalid", "the compose file is empty", location: location,
        hint: "put the services into it: docker stack deploy refuses an empty compose file")
    }
    guard root.members != nil else {
      throw Failure(
        "compose.invalid", "a compose file is a mapping, but this is \(root.kind)", location: root.location,
        hint: "begin with 'services:'")
    }
    try ComposeTag.check(root, dialect)
    return ComposeFile(name: file, root: root)
  }
}

/// What a stack needs and its compose files only name: a file beside them, or something that is in the swarm already.
///
/// `docker stack deploy` looks for most of it in the midst of its work, and `docker stack config` only for the files of
/// environment variables (seen with Docker 26.1 and 28.5).
package struct ComposeNeed: Sendable, Hashable {
  /// Where it must be.
  package enum Kind: Sendable, Hashable {
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
  package var kind: Kind
  /// Who needs it, as the file has it: `services.web.env_file`, `secrets.key`.
  package var by: String
  /// Where that is written.
  package var location: SourceLocation
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
