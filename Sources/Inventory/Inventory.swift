import LocalFiles
import Values
import YAMLTree

/// The hosts that a run works on: how each is reached, its role in the swarm, and which services belong where.
///
/// Only a valid inventory can exist: ``load(path:)`` and ``parse(text:file:)`` refuse anything else, with every problem
/// at once. The keys of the file are in ``InventorySchema``.
public struct Inventory: Sendable, Hashable {
  /// The file as the person named it.
  public var file: String
  /// The stack that is deployed; `nil` where the inventory describes a swarm alone.
  public var stack: Stack?
  /// What holds for every host's ssh connection; see ``Host/ssh`` for the result per host.
  public var ssh: SSH
  /// Whether docker needs sudo, where a host says nothing else.
  public var sudo: Bool
  /// The services of which each must be hosted somewhere.
  public var services: [String]
  /// The hosts, in the order of the file. There is at least one.
  public var hosts: [Host] { didSet { locations = Self.locations(of: hosts) } }
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
  public var manager: Host { managers[0] }
  /// All hosts with the role manager, in the order of the file.
  public var managers: [Host] { hosts.filter { $0.role == .manager } }
  /// All hosts with the role worker, in the order of the file.
  public var workers: [Host] { hosts.filter { $0.role == .worker } }

  /// The host of that name; `nil` when there is none.
  public func host(named name: String) -> Host? { locations[name].map { hosts[$0] } }

  /// The hosts on which a service belongs, in the order of the file.
  public func hosts(of service: String) -> [Host] { hosts.filter { $0.services.contains(service) } }
}

extension Inventory {
  /// Reads an inventory file.
  ///
  /// - Parameter path: The YAML file. Paths in it are relative to its folder.
  /// - Throws: ``Failure`` `inventory.missing`, `inventory.unreadable`, `inventory.syntax`, `inventory.duplicate_key`,
  ///   or `inventory.invalid` with each problem in `related`. The files that it names for ssh and TLS must be there. So
  ///   `inventory.exposed` when others could change it: it says on which hosts a run acts, and as whom.
  public static func load(path: String) throws(Failure) -> Inventory {
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
  public static func parse(text: String, file: String, checksFiles: Bool = false) throws(Failure) -> Inventory {
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
