/// The keys of an inventory file. What is not in these tables is refused.
package enum InventorySchema {
  /// The keys at the top of the file.
  package static let root: [SchemaKey] = [
    SchemaKey(
      "stack", .mapping(stack), default: "none: a swarm without a stack of ours",
      "The stack that is deployed on the manager."),
    SchemaKey(
      "ssh", .mapping(ssh), default: "the user's own ssh configuration", "How ssh is called for every host."),
    SchemaKey("sudo", .flag, default: "false", "Whether docker needs sudo on the hosts."),
    SchemaKey(
      "engine", .mapping(engine), default: "the socket \(Inventory.EngineAccess.defaultSocket) of each host",
      "Where the Docker engines listen."),
    SchemaKey(
      "services", .list(of: .text(.serviceName), atLeast: 0),
      default: "\(defaultServices.joined(separator: ", ")); none without a stack",
      "The services of which each must be hosted somewhere."),
    SchemaKey(
      "managers", .integer(1...99), default: "1", "How many hosts must have the role manager."),
    SchemaKey("hosts", .named(.plainName, .mapping(host)), required: true, "The hosts by their names."),
  ]

  /// The keys under `stack`.
  package static let stack: [SchemaKey] = [
    SchemaKey("name", .text(.plainName), required: true, "The name for docker stack deploy."),
    SchemaKey(
      "directory", .text(.absolutePath), required: true, "The folder of the compose files, on the manager."),
    SchemaKey(
      "files", .list(of: .text(.path), atLeast: 1), default: defaultFiles.joined(separator: ", "),
      "The compose files in the order in which they are merged."),
    SchemaKey(
      "deploy_options", .list(of: .word, atLeast: 0), default: "none", "More options for docker stack deploy."),
    SchemaKey(
      "environment", .named(.variableName, .word), default: "none",
      "Variables for docker stack deploy, used in the compose files as ${NAME}. No secrets: many read the file."),
  ]

  /// The keys under `ssh`, for all hosts or for one.
  package static let ssh: [SchemaKey] = [
    SchemaKey("user", .text(.user), default: "ssh's own choice", "The user to log in as."),
    SchemaKey(
      "config", .text(.path), default: "ssh's own choice", "The ssh configuration file, relative to the inventory."),
    SchemaKey("port", .integer(1...65535), default: "ssh's own choice", "The TCP port."),
    SchemaKey(
      "identity", .text(.path), default: "ssh's own choice", "The private key's file, relative to the inventory."),
    SchemaKey(
      "accept_new_host_keys", .flag, default: "false",
      "Whether the key of a host that is not known yet is accepted; a changed key is always refused."),
  ]

  /// The keys under `engine`, for all hosts or for one.
  package static let engine: [SchemaKey] = [
    SchemaKey(
      "socket", .text(.absolutePath), default: Inventory.EngineAccess.defaultSocket,
      "The engine's Unix socket on the host."),
    SchemaKey(
      "url", .text(.engineURL), default: "the socket",
      "The engine's address over TCP: tcp://ADDRESS:PORT, or tcp://:PORT for the host's own address."),
    SchemaKey("ca", .text(.path), "For TCP: the authority's certificate, relative to the inventory."),
    SchemaKey("certificate", .text(.path), "For TCP: the client's certificate, relative to the inventory."),
    SchemaKey("key", .text(.path), "For TCP: the client's private key, relative to the inventory."),
    SchemaKey(
      "insecure", .flag, default: "false",
      "Enables TCP without TLS. Whoever reaches such a port is root on the host."),
  ]

  /// The keys of one host.
  package static let host: [SchemaKey] = [
    SchemaKey(
      "address", .text(.address), "The IP address or host name at which it is reached; needed unless it is local."),
    SchemaKey("role", .choice(Inventory.Role.allCases.map(\.rawValue)), required: true, "What it is in the swarm."),
    SchemaKey(
      "services", .list(of: .text(.serviceName), atLeast: 0), default: "none", "The services that belong on it."),
    SchemaKey(
      "connection", .choice(Inventory.Connection.allCases.map(\.rawValue)), default: "ssh", "How it is reached."),
    SchemaKey(
      "ssh", .mapping(ssh), default: "as for every host", "How ssh is called for it, over the common settings."),
    SchemaKey("sudo", .flag, default: "as for every host", "Whether docker needs sudo on it."),
    SchemaKey("engine", .mapping(engine), default: "as for every host", "Where its Docker engine listens."),
    SchemaKey(
      "advertise_address", .text(.ipAddress), default: "the address",
      "The IP address to advertise in the swarm, where the host has several."),
    SchemaKey(
      "labels", .named(.labelKey, .word), default: "none", "Labels for its node beside those of its services."),
  ]

  /// The services of the product that must run somewhere, unless the file says otherwise.
  package static let defaultServices = ["admin", "accesspoint", "policy", "authentication", "distribution"]
  /// Services that a host may have but that need no host: the database may be outside of the swarm.
  package static let optionalServices = ["postgres"]
  /// The service of which a node network has exactly one, on a manager.
  package static let singleService = "admin"
  /// The compose file of the product and its override files.
  package static let defaultFiles = ["docker-compose.yml", "network.yml", "versiontag.yml"]
}

/// One key of the inventory file: what it may hold and what it is for. The reference is made from these.
package struct SchemaKey: Sendable {
  /// The key as it is written.
  package let name: String
  /// What it may hold.
  package let shape: SchemaShape
  /// Whether it is required.
  package let isRequired: Bool
  /// What holds when it is missing, in words.
  package let defaultText: String?
  /// What it is for, in one sentence.
  package let summary: String

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

/// What a key of the inventory file may hold.
package indirect enum SchemaShape: Sendable {
  /// `true` or `false`.
  case flag
  /// A whole number in a range.
  case integer(ClosedRange<Int>)
  /// Text of a certain form. What looks like a truth value must be in quotes.
  case text(TextForm)
  /// Any scalar, taken as it is written.
  case word
  /// One of some words.
  case choice([String])
  /// A list of things of one shape, with at least that many.
  case list(of: SchemaShape, atLeast: Int)
  /// A mapping with these keys and no others.
  case mapping([SchemaKey])
  /// A mapping from names that a person chooses, of that form, to things of one shape.
  case named(TextForm, SchemaShape)

  /// What is expected, in words, for a message.
  package var expectation: String {
    switch self {
    case .flag: "true or false"
    case .integer(let range): "a whole number from \(range.lowerBound) to \(range.upperBound)"
    case .text(let form): form.name
    case .word: "one word or number"
    case .choice(let words): words.joined(separator: " or ")
    case .list(let element, _): "a list in which each element is \(element.expectation)"
    case .mapping: "a mapping"
    case .named(let form, _): "a mapping in which each key is \(form.name)"
    }
  }
}

/// The keys of the inventory file for the reference, in Markdown.
package enum InventoryReference {
  /// The table of all keys, below a heading of the second level.
  package static func write() -> String {
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
