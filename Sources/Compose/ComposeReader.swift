import Placement
import Values
import YAMLTree

/// Reads the services of compose files, with their variables replaced, and collects what is wrong.
struct ComposeReader {
  let environment: [String: String]
  private(set) var failures: [Failure] = []
  private(set) var warnings: [Failure] = []
  private var unset: Set<String> = []

  init(environment: [String: String]) { self.environment = environment }

  mutating func services(of file: ComposeFile) -> [ServicePart] {
    guard let node = file.root["services"], !node.isNull else { return [] }
    guard let members = node.members else {
      refuse("services must be a mapping, but it is \(node.kind).", at: node.place)
      return []
    }
    return members.compactMap { service($0) }
  }

  private mutating func service(_ member: YAMLNode.Member) -> ServicePart? {
    let node = member.value
    guard node.members != nil else {
      refuse("services.\(member.key) must be a mapping, but it is \(node.kind).", at: member.place)
      return nil
    }
    let deploy = mapping(node["deploy"], "services.\(member.key).deploy")
    let placement = mapping(deploy?["placement"], "services.\(member.key).deploy.placement")
    return ServicePart(
      name: member.key, image: text(node["image"], "services.\(member.key).image"),
      mode: mode(deploy?["mode"], "services.\(member.key).deploy.mode"),
      replicas: count(deploy?["replicas"], "services.\(member.key).deploy.replicas"),
      constraints: constraints(
        placement?["constraints"], "services.\(member.key).deploy.placement.constraints"),
      ports: ports(node["ports"], "services.\(member.key).ports"), place: member.place)
  }

  private mutating func mapping(_ node: YAMLNode?, _ path: String) -> YAMLNode? {
    guard let node, !node.isNull else { return nil }
    guard node.members != nil else {
      refuse("\(path) must be a mapping, but it is \(node.kind).", at: node.place)
      return nil
    }
    return node
  }

  private mutating func list(_ node: YAMLNode?, _ path: String) -> [YAMLNode] {
    guard let node, !node.isNull else { return [] }
    guard let elements = node.elements else {
      refuse("\(path) must be a list, but it is \(node.kind).", at: node.place)
      return []
    }
    return elements
  }

  /// A scalar with its variables replaced; `nil` when there is none or it is refused.
  private mutating func text(_ node: YAMLNode?, _ path: String) -> String? {
    guard let node, !node.isNull else { return nil }
    guard let written = node.text else {
      refuse("\(path) must be text, but it is \(node.kind).", at: node.place)
      return nil
    }
    do {
      var interpolation = Interpolation(environment: environment)
      let result = try interpolation.replace(in: written, at: node.place)
      for name in interpolation.unset where unset.insert(name).inserted {
        warnings.append(
          Failure(
            "compose.unset_variable", "The variable '\(name)' is not set, so it stands for an empty text.",
            place: node.place, hint: "Set it for the command that deploys, or give a default: ${\(name):-value}."))
      }
      return result
    } catch {
      failures.append(error)
      return nil
    }
  }

  private mutating func mode(_ node: YAMLNode?, _ path: String) -> String? {
    guard let mode = text(node, path), let place = node?.place else { return nil }
    guard ["", "replicated", "global", "replicated-job", "global-job"].contains(mode) else {
      refuse("\(path) is '\(mode)', which Docker does not know.", at: place, hint: "Write replicated or global.")
      return nil
    }
    return mode
  }

  private mutating func count(_ node: YAMLNode?, _ path: String) -> Int? {
    guard let text = text(node, path), let place = node?.place else { return nil }
    guard let count = Int(text), count >= 0 else {
      refuse("\(path) must be a whole number, but it is '\(text)'.", at: place)
      return nil
    }
    return count
  }

  private mutating func constraints(_ node: YAMLNode?, _ path: String) -> [PlacementConstraint] {
    var constraints: [PlacementConstraint] = []
    for element in list(node, path) {
      guard let text = text(element, path) else { continue }
      do {
        constraints.append(try PlacementConstraint.parse(text, place: element.place))
      } catch {
        failures.append(error)
      }
    }
    return constraints
  }

  private mutating func ports(_ node: YAMLNode?, _ path: String) -> [ComposePort] {
    var ports: [ComposePort] = []
    for element in list(node, path) {
      if element.members != nil {
        ports += longPort(element, path).map { [$0] } ?? []
      } else if let text = text(element, path) {
        // Where tasks can run does not hang on ports, so one that is not understood stops nothing.
        guard let short = ShortPorts.parse(text) else {
          warnings.append(
            Failure(
              "compose.unread_port", "\(path) has '\(text)', which is not understood.", place: element.place,
              hint: "Write for example \"8443:443\"."))
          continue
        }
        ports += short
      }
    }
    return ports
  }

  private mutating func longPort(_ node: YAMLNode, _ path: String) -> ComposePort? {
    guard let target = count(node["target"], "\(path).target") else {
      refuse("\(path) has an entry without a target.", at: node.place)
      return nil
    }
    return ComposePort(
      target: target, published: count(node["published"], "\(path).published"),
      transport: text(node["protocol"], "\(path).protocol") ?? "tcp",
      isHostMode: text(node["mode"], "\(path).mode") == "host")
  }

  private mutating func refuse(_ message: String, at place: SourcePlace, hint: String? = nil) {
    failures.append(
      Failure(
        "compose.invalid", message, place: place,
        hint: hint ?? "Correct the compose file; docker stack deploy would refuse it too."))
  }
}
