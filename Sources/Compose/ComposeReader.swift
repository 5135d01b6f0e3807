import Placement
import Values
import YAMLTree

/// Reads the services of compose files, with their variables replaced, and collects what is wrong.
struct ComposeReader {
  private let dialect: ComposeDialect
  private var variables: ComposeVariables
  private var version: Int?
  private(set) var failures: [Failure] = []
  private(set) var warnings: [Failure] = []
  /// The networks, volumes, secrets and configs that the files describe, by section and name; a later file's win.
  private var defined: [String: [String: YAMLNode.Member]] = [:]
  /// What the stack needs that is in no compose file, in the order of the files.
  private(set) var needs: [ComposeNeed] = []

  init(environment: [String: String], dialect: ComposeDialect) {
    self.dialect = dialect
    variables = ComposeVariables(environment: environment)
  }

  mutating func services(of file: ComposeFile) -> [ServicePart] {
    guard let version = version(of: file) else { return [] }
    if let first = self.version, first != version {
      refuse(
        "the versions of the files differ: 3.\(first) and 3.\(version)", at: SourceLocation(file: file.name, line: 1),
        hint: "write the same version into all files")
    }
    self.version = self.version ?? version
    let seen = (variables.failures.count, variables.warnings.count)
    let root = variables.resolve(file.root)
    failures += variables.failures.dropFirst(seen.0)
    warnings += variables.warnings.dropFirst(seen.1)
    var checker = ComposeChecker(dialect: dialect, version: version)
    checker.check(root)
    failures += checker.failures
    for section in ["networks", "volumes", "secrets", "configs"] {
      for member in root[section]?.members ?? [] {
        if let keys = ComposeConflict.keys(of: member.value, in: section) {
          refuse("\(section).\(member.key) has \(keys), which conflict", at: member.location)
        }
        defined[section, default: [:]][member.key] = member
      }
    }
    return (root["services"]?.members ?? []).filter { $0.value.members != nil }.map { service($0) }
  }

  /// The version 3.N of a file.
  private mutating func version(of file: ComposeFile) -> Int? {
    guard let node = file.root["version"] else {
      if dialect.mayLackVersion { return dialect.highestVersion }
      refuse(
        "the file has no version, which this version of Docker (\(dialect.name)) treats as 1.0 and refuses",
        at: SourceLocation(file: file.name, line: 1), hint: "write: version: \"3.8\"")
      return nil
    }
    guard node.scalar(dialect) == .text || node.scalar(dialect) == .flagOrText, let text = node.text else {
      refuse(
        "version must be text, but it is \(node.composeKind(dialect))", at: node.location,
        hint: "write it in quotes: \"3.8\"")
      return nil
    }
    if text == "3" { return dialect.plainVersion }
    if text.isEmpty, dialect.mayLackVersion { return dialect.highestVersion }
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 2, parts[0] == "3", let minor = Int(parts[1]), String(minor) == parts[1],
      (0...dialect.highestVersion).contains(minor)
    else {
      refuse(
        "version '\(text)' is not supported; the highest is 3.\(dialect.highestVersion)", at: node.location,
        hint: "write a version that the manager's docker knows, such as \"3.8\"")
      return nil
    }
    return minor
  }

  /// What a service says, as far as it has its shape; what has not is a failure already.
  private mutating func service(_ member: YAMLNode.Member) -> ServicePart {
    let node = member.value, deploy = node["deploy"], placement = deploy?["placement"]
    let reserved = deploy?["resources"]?["reservations"]
    for ignored in (node.members ?? []).filter({ ComposeSchema.ignored.contains($0.key) }) {
      warnings.append(
        Failure(
          "compose.ignored", "services.\(member.key).\(ignored.key) is ignored by docker stack deploy",
          location: ignored.location, hint: "remove it, or set the same below 'deploy' where possible"))
    }
    checkWords(node, of: member.key)
    needs += ComposeNeed.environmentFiles(of: member)
    return ServicePart(
      name: member.key, image: node["image"]?.text, mode: deploy?["mode"]?.text,
      replicas: count(deploy?["replicas"]), maxPerNode: count(placement?["max_replicas_per_node"]),
      reservedCPUs: reserved?["cpus"]?.text.flatMap { Double($0) },
      reservedMemory: reserved?["memory"]?.text.flatMap { ComposeSize.bytes($0, dialect) },
      constraints: constraints(placement?["constraints"]), ports: ports(node["ports"]), uses: uses(of: node),
      location: member.location, deployLocation: deploy?.location ?? member.location)
  }

  private mutating func checkWords(_ node: YAMLNode, of service: String) {
    for key in ["command", "entrypoint"] {
      guard let line = node[key], let text = line.text, let problem = ComposeWords.problem(withCommand: text) else {
        continue
      }
      refuse("services.\(service).\(key) can't be split into words: \(problem)", at: line.location)
    }
    for volume in node["volumes"]?.elements ?? [] {
      if let text = volume.text {
        do { _ = try ShortVolume(text) } catch {
          refuse("services.\(service).volumes: \(error.text)", at: volume.location)
        }
      } else if volume["type"]?.text == "bind", volume["source"]?.text ?? "" == "" {
        refuse(
          "services.\(service).volumes: a mount of type bind has no source", at: volume.location,
          hint: "name the host's folder: source: /srv/data")
      }
    }
  }

  private func count(_ node: YAMLNode?) -> Int? {
    guard let node else { return nil }
    switch node.scalar(dialect) {
    case .integer(let number): return number >= 0 ? number : nil
    case .number: return node.text.flatMap { Double($0) }.flatMap { Int(exactly: $0) }
    default: return nil
    }
  }

  private mutating func constraints(_ node: YAMLNode?) -> [PlacementConstraint] {
    var constraints: [PlacementConstraint] = []
    for element in node?.elements ?? [] {
      guard let text = element.text else { continue }
      do {
        constraints.append(try PlacementConstraint.parse(text, location: element.location))
      } catch {
        failures.append(error)
      }
    }
    return constraints
  }

  private mutating func ports(_ node: YAMLNode?) -> [ComposePort] {
    var ports: [ComposePort] = []
    for element in node?.elements ?? [] {
      if element.members != nil {
        guard let target = count(element["target"]), target > 0 else {
          refuse("a port has no target", at: element.location, code: Self.notDeployable)
          continue
        }
        ports.append(
          ComposePort(
            target: target, published: count(element["published"]).flatMap { $0 == 0 ? nil : $0 },
            transport: element["protocol"]?.text ?? "tcp", isHostMode: element["mode"]?.text == "host"))
      } else if let text = element.text {
        guard let short = ShortPorts(ComposeForm.decimal(text, element.scalar(dialect))) else { continue }
        guard ports.count + short.count <= Self.portLimit else {
          refuse("a service has more than \(Self.portLimit) ports", at: element.location)
          return ports
        }
        ports += short.ports
      }
    }
    return ports
  }

  /// The names of networks, volumes, secrets and configs that a service asks for.
  private func uses(of node: YAMLNode) -> [ServicePart.Use] {
    var uses: [ServicePart.Use] = []
    for member in node["networks"]?.members ?? [] where member.key != "default" {
      uses.append(.init(section: "networks", name: member.key, location: member.location))
    }
    for element in node["networks"]?.elements ?? [] {
      if let name = element.text, name != "default" {
        uses.append(.init(section: "networks", name: name, location: element.location))
      }
    }
    for section in ["secrets", "configs"] {
      for element in node[section]?.elements ?? [] {
        guard let name = element.text ?? element["source"]?.text else { continue }
        uses.append(.init(section: section, name: name, location: element.location))
      }
    }
    for element in node["volumes"]?.elements ?? [] {
      if element["type"]?.text == "volume", let name = element["source"]?.text, !name.isEmpty {
        uses.append(.init(section: "volumes", name: name, location: element.location))
      } else if let text = element.text, let name = (try? ShortVolume(text))?.volume {
        uses.append(.init(section: "volumes", name: name, location: element.location))
      }
    }
    return uses
  }

  /// Looks at merged services for what the client refuses only when it has begun to deploy.
  mutating func finish(_ parts: [ServicePart]) {
    for part in parts {
      let mode = part.mode ?? ""
      if !["", "replicated", "global", "replicated-job", "global-job"].contains(mode) {
        refuse(
          "services.\(part.name).deploy.mode is '\(mode)', which Docker does not know", at: part.deployLocation,
          hint: "write replicated or global", code: Self.notDeployable)
      }
      if mode.hasPrefix("global"), part.replicas ?? 0 > 0 {
        refuse(
          "services.\(part.name).deploy has replicas, which a global service can't have", at: part.deployLocation,
          hint: "remove 'replicas', or write mode: replicated", code: Self.notDeployable)
      }
      for use in part.uses where defined[use.section]?[use.name] == nil {
        refuse(
          "services.\(part.name) uses '\(use.name)', which is not defined below '\(use.section)'",
          at: use.location, hint: "define it at the top of the file, with external: true if it exists already",
          code: Self.notDeployable)
      }
    }
    let used = Set(parts.flatMap(\.uses).filter { $0.section == "networks" }.map(\.name))
    for section in ["networks", "secrets", "configs"] {
      for (name, member) in (defined[section] ?? [:]).sorted(by: { $0.key < $1.key }) {
        // Docker asks for a network only where a service uses it, as one without networks does with the default one.
        guard section != "networks" || name == "default" || used.contains(name) else { continue }
        if let need = ComposeNeed.of(member, in: section) { needs.append(need) }
      }
    }
  }

  /// So many ports a service may have; there are no more numbers.
  private static let portLimit = 65_536

  /// What `docker stack config` takes, and `docker stack deploy` refuses.
  private static let notDeployable: FailureCode = "compose.not_deployable"

  private mutating func refuse(
    _ message: String, at location: SourceLocation, hint: String? = nil, code: FailureCode = "compose.invalid"
  ) {
    failures.append(
      Failure(
        code, message, location: location,
        hint: hint ?? "correct the compose file; docker stack deploy would refuse it too")
    )
  }
}
