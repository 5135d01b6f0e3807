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
