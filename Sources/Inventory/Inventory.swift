import LocalFiles
import Values
import YAMLTree

/// The hosts that a run works on: how each is reached, its role in the swarm, and which services belong where.
///
/// Only a valid inventory can exist: ``load(path:)`` and ``parse(text:file:)`` refuse anything else, with every problem
/// at once. The keys of the file are in ``InventorySchema``.
package struct Inventory: Sendable, Hashable {
  /// The file as the person named it.
  package var file: String
  /// The stack that is deployed; `nil` where the inventory describes a swarm alone.
  package var stack: Stack?
  /// What holds for every host's ssh connection; see ``Host/ssh`` for the result per host.
  package var ssh: SSH
  /// Whether docker needs sudo, where a host says nothing else.
  package var sudo: Bool
  /// The services of which each must be hosted somewhere.
  package var services: [String]
  /// The hosts, in the order of the file. There is at least one.
  package var hosts: [Host] { didSet { locations = Self.locations(of: hosts) } }
  /// The position of each host, by its name: there may be thousands, and they are looked up again and again.
  private var locations: [String: Int]

  init(file: String, stack: Stack?, ssh: SSH, sudo: Bool, services: [String], hosts: [Host]) {
    self.file = file
    self.stack = stack
    self.ssh = ssh
    self.sudo = sudo
    self.services = services
    self.hosts = hosts
    locations = Self.locations(of: hosts)
  }

  private static func locations(of hosts: [Host]) -> [String: Int] {
    Dictionary(hosts.enumerated().map { ($0.element.name, $0.offset) }, uniquingKeysWith: { first, _ in first })
  }

  /// The manager; the first one of the file where there are several. There is always one.
  package var manager: Host { managers[0] }
  /// All hosts with the role manager, in the order of the file.
  package var managers: [Host] { hosts.filter { $0.role == .manager } }
  /// All hosts with the role worker, in the order of the file.
  package var workers: [Host] { hosts.filter { $0.role == .worker } }

  /// The host of that name; `nil` when there is none.
  package func host(named name: String) -> Host? { locations[name].map { hosts[$0] } }

  /// The hosts on which a service belongs, in the order of the file.
  package func hosts(of service: String) -> [Host] { hosts.filter { $0.services.contains(service) } }
}

extension Inventory {
  /// Reads an inventory file.
  ///
  /// - Parameter path: The YAML file. Paths in it are relative to its folder.
  /// - Throws: ``Failure`` `inventory.missing`, `inventory.unreadable`, `inventory.syntax`, `inventory.duplicate_key`,
  ///   or `inventory.invalid` with each problem in `related`. The files that it names for ssh and TLS must be there. So
  ///   `inventory.exposed` when others could change it: it says on which hosts a run acts, and as whom.
  package static func load(path: String) throws(Failure) -> Inventory {
    let text = try TextFile.read(
      path: path, area: "inventory", noun: "inventory", hint: "give the inventory file with --inventory FILE")
    if let exposure = try exposure(of: path) {
      throw Failure(
        "inventory.exposed", "the inventory \(path) is not used: others can change it", cause: exposure.words,
        hint: "check what is in it, then: \(exposure.remedy)")
    }
    return try read(text: text, file: path, checksFiles: true)
  }

  private static func exposure(of path: String) throws(Failure) -> FileExposure? {
    do { return try FileExposure.find(onTheWayTo: path) } catch {
      throw Failure("inventory.exposed", "the inventory \(path) can't be used", cause: "\(error)")
    }
  }

  /// Reads an inventory from its text.
  ///
  /// - Parameters:
  ///   - text: The YAML text.
  ///   - file: The name that failures show; relative paths in the text are taken relative to its folder.
  ///   - checksFiles: Whether the files that it names for ssh and TLS are looked at: they must exist, and no one
  ///     else may be able to change them.
  /// - Throws: As ``load(path:)``.
  package static func parse(text: String, file: String, checksFiles: Bool = false) throws(Failure) -> Inventory {
    try read(text: text, file: file, checksFiles: checksFiles)
  }

  private static func read(text: String, file: String, checksFiles: Bool) throws(Failure) -> Inventory {
    guard let root = try YAMLDocument.parse(text: text, file: file, area: "inventory"), !root.isNull else {
      throw Failure(
        "inventory.empty", "the inventory has no content", location: SourceLocation(file: file, line: 1),
        hint: "describe at least 'stack' and 'hosts' in it")
    }
    var problems = Problems()
    let checked = ShapeChecker(area: "the inventory").check(root, InventorySchema.root, &problems)
    let inventory = InventoryReader(file: file, checksFiles: checksFiles).read(checked, written: root, &problems)
    guard let inventory, problems.isEmpty else { throw problems.failure(file: file) }
    return inventory
  }
}

extension Inventory {
  /// A machine that is reached by ssh or locally.
  package struct Host: Sendable, Hashable {
    /// Its name in the inventory, unique without regard to case. Letters, digits, `.`, `_` and `-` only, so that it can
    /// be part of a step path and of a file name.
    package var name: String
    /// The IP address or host name at which it is reached; `nil` only for a local host that no other host needs to
    /// reach.
    package var address: String?
    /// Its role in the swarm.
    package var role: Role
    /// The services that belong on it, in the order of the file.
    package var services: [String]
    /// How it is reached.
    package var connection: Connection
    /// How ssh is called for it: the inventory's settings with the host's own over them.
    package var ssh: SSH
    /// Whether docker needs sudo on it.
    package var sudo: Bool
    /// Where its Docker engine listens.
    package var engine: EngineAccess
    /// The IP address to advertise in the swarm, where the host has several.
    package var advertiseAddress: String?
    /// Labels that the node gets beside those of its services.
    package var labels: [String: String]
    /// The line of the file that names it.
    package var line: Int

    /// The address at which the other nodes reach it: the advertised one, else the one by which it is reached. A local
    /// host that is alone and has neither gives the loopback address.
    package var swarmAddress: String { advertiseAddress ?? address ?? "127.0.0.1" }
  }

  /// What a host is in the swarm.
  package enum Role: String, Sendable, Hashable, CaseIterable {
    /// It keeps the swarm's state.
    case manager
    /// It runs tasks only.
    case worker
  }

  /// How a host is reached.
  package enum Connection: String, Sendable, Hashable, CaseIterable {
    /// With OpenSSH's client.
    case ssh
    /// It is the machine the program runs on.
    case local
  }
}

extension Inventory {
  /// How ssh is called. What is not said here comes from the user's own ssh configuration.
  package struct SSH: Sendable, Hashable {
    /// The user to log in as.
    package var user: String?
    /// The absolute path of the ssh configuration file.
    package var config: String?
    /// The TCP port.
    package var port: Int?
    /// The absolute path of the private key.
    package var identity: String?
    /// Whether the key of a host that is not known yet is accepted and kept. A changed key is always refused.
    package var acceptsNewHostKeys: Bool
  }
}

extension Inventory {
  /// The stack that is deployed on the manager.
  package struct Stack: Sendable, Hashable {
    /// Its name, for `docker stack deploy NAME`.
    package var name: String
    /// The absolute folder of the compose files, on the manager.
    package var directory: String
    /// The compose files in the order in which they are merged, relative to ``directory`` or absolute.
    package var files: [String]
    /// More options for `docker stack deploy`.
    package var deployOptions: [String]
    /// Variables for the compose files.
    package var environment: [String: String]

    package init(
      name: String, directory: String, files: [String], deployOptions: [String], environment: [String: String] = [:]
    ) {
      self.name = name
      self.directory = directory
      self.files = files
      self.deployOptions = deployOptions
      self.environment = environment
    }
  }
}
