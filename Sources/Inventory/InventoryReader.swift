import Foundation
import LocalFiles
import Values
import YAMLTree

/// Makes an ``Inventory`` from a tree whose shape was checked, and checks what only the meaning shows.
struct InventoryReader {
  let file: String
  let checksFiles: Bool

  /// Reads what can be read, so that one problem hides no other.
  ///
  /// - Parameter root: The tree without what was refused; `written` is the whole.
  /// - Returns: `nil` when something needed is missing; then a problem says so.
  func read(_ root: YAMLNode, written: YAMLNode, _ problems: inout Problems) -> Inventory? {
    let ssh = readSSH(root["ssh"], over: nil, &problems)
    let sudo = root["sudo"]?.flag ?? false
    let hasStack = written["stack"] != nil
    let services = root["services"].map(texts) ?? (hasStack ? InventorySchema.defaultServices : [])
    let engine = EngineReader(paths: paths)
    let common = engine.read(root["engine"], over: EngineSettings(), &problems)
    let entries = root["hosts"]?.members ?? []
    if let url = common.url, url.host != nil, entries.count > 1, let location = root["engine"]?["url"]?.location {
      problems.add(
        "inventory.engine", "all \(entries.count) hosts have the same engine address", at: location,
        hint: "write tcp://:PORT for each host's own address, or an 'engine' at each host")
    }
    let asWritten = Dictionary(
      (written["hosts"]?.members ?? []).map { ($0.key, $0.value) }, uniquingKeysWith: { first, _ in first })
    let drafts = entries.map { entry in
      HostDraft(
        entry: entry, written: asWritten[entry.key],
        ssh: readSSH(entry.value["ssh"], over: ssh, &problems), sudo: entry.value["sudo"]?.flag ?? sudo,
        engine: engine.read(entry.value["engine"], over: common, &problems))
    }
    LayoutRules(
      drafts: drafts, isComplete: entries.count == written["hosts"]?.members?.count,
      managers: root["managers"]?.integer ?? 1, services: services,
      requiredLocation: root["services"]?.location,
      hostsLocation: written["hosts"]?.members == nil ? nil : location(of: "hosts", in: written)
    ).check(&problems)
    var hosts: [Inventory.Host] = []
    for draft in drafts {
      let access = engine.access(draft.engine, host: draft, &problems)
      if let role = draft.role, let access { hosts.append(draft.host(role: role, engine: access)) }
    }
    let stack = readStack(root["stack"], &problems)
    guard problems.isEmpty, hasStack == (stack != nil) else { return nil }
    return Inventory(file: file, stack: stack, ssh: ssh, sudo: sudo, services: services, hosts: hosts)
  }

  /// The line of a key, where its value may begin a line later.
  private func location(of key: String, in node: YAMLNode) -> SourceLocation? {
    node.members?.first { $0.key == key }?.location
  }

  private var paths: PathResolver { PathResolver(inventory: file, checksFiles: checksFiles) }

  private func readStack(_ node: YAMLNode?, _ problems: inout Problems) -> Inventory.Stack? {
    guard let node else { return nil }
    let files = node["files"].map(texts) ?? InventorySchema.defaultFiles
    var named: Set<String> = []
    for element in node["files"]?.elements ?? [] {
      guard let file = element.text, !named.insert(file).inserted else { continue }
      problems.add(
        "inventory.duplicate", "the compose file '\(file)' is named twice", at: element.location,
        hint: "name each file once, in the order in which they are merged")
    }
    for element in node["deploy_options"]?.elements ?? [] {
      let word = element.text ?? ""
      if word == "-c" || word.hasPrefix("--compose-file") {
        problems.add(
          "inventory.bad_value", "the deploy option '\(word)' names compose files a second time", at: element.location,
          hint: "name the compose files in 'files' only")
      }
    }
    var environment: [String: String] = [:]
    for variable in node["environment"]?.members ?? [] {
      let value = variable.value.text ?? ""
      environment[variable.key] = value
      if value.contains(where: \.isNewline) || value.unicodeScalars.contains("\0") {
        problems.add(
          "inventory.bad_value", "the variable '\(variable.key)' has more than one line", at: variable.location,
          hint: "write a value of one line")
      }
    }
    guard let name = node["name"]?.text, let directory = node["directory"]?.text else { return nil }
    return Inventory.Stack(
      name: name, directory: directory, files: files, deployOptions: node["deploy_options"].map(texts) ?? [],
      environment: environment)
  }

  private func readSSH(_ node: YAMLNode?, over base: Inventory.SSH?, _ problems: inout Problems) -> Inventory.SSH {
    var ssh = base ?? Inventory.SSH(acceptsNewHostKeys: false)
    if let user = node?["user"]?.text { ssh.user = user }
    if let port = node?["port"]?.integer { ssh.port = port }
    if let flag = node?["accept_new_host_keys"]?.flag { ssh.acceptsNewHostKeys = flag }
    if let config = node?["config"] { ssh.config = paths.resolve(config, "the ssh configuration", &problems) }
    if let identity = node?["identity"] { ssh.identity = paths.resolve(identity, "the private key", &problems) }
    return ssh
  }

  private func texts(_ node: YAMLNode) -> [String] { (node.elements ?? []).compactMap(\.text) }
}

/// Makes the paths of an inventory absolute: `~` is the user's home, the rest is relative to the inventory's folder.
struct PathResolver {
  /// The inventory file.
  let inventory: String
  /// Whether a file that is not there, or that others could change, is a problem.
  let checksFiles: Bool

  func resolve(_ node: YAMLNode, _ noun: String, _ problems: inout Problems) -> String {
    let written = node.text ?? ""
    let folder = URL(fileURLWithPath: inventory).deletingLastPathComponent()
    let expanded = written == "~" || written.hasPrefix("~/") ? (written as NSString).expandingTildeInPath : written
    let path = URL(fileURLWithPath: expanded, relativeTo: folder).standardizedFileURL.path
    guard checksFiles else { return path }
    if !FileManager.default.isReadableFile(atPath: path) {
      problems.add(
        "inventory.missing_file", "the file of \(noun), '\(path)', does not exist or can't be read", at: node.location,
        hint: "correct the path (it is relative to the inventory's folder) or the file's permissions")
    } else if let exposure = try? FileExposure.find(onTheWayTo: path) {
      // ssh carries out what its configuration says, and looks at the owner of none that it is given by name.
      problems.add(
        "inventory.exposed_file", "the file of \(noun) is not used: others can change it; \(exposure.words)",
        at: node.location, hint: "check what is in it, then: \(exposure.remedy)")
    }
    return path
  }
}

/// Everything that is wrong with an inventory, collected so that a person sees it all at once; of very much, the first.
struct Problems {
  private static let most = 500
  private var failures: [Failure] = []

  var isEmpty: Bool { failures.isEmpty }
  /// Whether there are more than are listed, so that what takes long to say need not be found out.
  var isFull: Bool { failures.count >= Self.most }

  mutating func add(_ code: FailureCode, _ message: String, at location: SourceLocation, hint: String) {
    failures.append(Failure(code, message, location: location, hint: hint))
  }

  /// One failure for all, in the order of the lines.
  func failure(file: String) -> Failure {
    let sorted = failures.enumerated().sorted {
      ($0.element.location?.line ?? 0, $0.offset) < ($1.element.location?.line ?? 0, $1.offset)
    }.map(\.element)
    let message =
      switch sorted.count {
      case 1: "the inventory has a problem"
      case ...Self.most: "the inventory has \(sorted.count) problems"
      default: "the inventory has \(sorted.count) problems, of which the first \(Self.most) are listed"
      }
    return Failure(
      "inventory.invalid", message, location: sorted.first?.location ?? SourceLocation(file: file, line: 1),
      hint: "correct what is listed; no host was contacted", related: Array(sorted.prefix(Self.most)))
  }
}
