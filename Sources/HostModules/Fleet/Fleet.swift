import Concurrency
import DockerEngine
import Inventory
import Remote
import Synchronization
import Values

/// The hosts of an inventory, each with its one transport and its one engine client, kept for a run.
///
/// Nothing is contacted before the first call that needs it. ``close()`` ends every connection.
public final class Fleet: Sendable {
  /// The inventory that the hosts come from.
  public let inventory: Inventory
  private let sites: [String: Site]
  /// By their names, so that the manager which answered is asked first the next time.
  private let managerLists = Mutex<[[String]: Managers]>([:])
  /// The folder on each host in which its lock is; `nil` means the usual one.
  let lockFolder: String?
  /// What hosts said of themselves before the first job.
  let jobMarks = JobMarks()

  /// A host with the ways to it.
  private struct Site: Sendable {
    let host: Inventory.Host
    let transport: any Transport
    let engine: EngineClient
  }

  /// Prepares the ways to all hosts of an inventory.
  ///
  /// - Parameters:
  ///   - ways: how hosts are reached; as the inventory says where it is left out.
  ///   - lockFolder: the folder on each host in which its lock is; `nil` means the usual one.
  public init(inventory: Inventory, ways: (any HostAccess)? = nil, lockFolder: String? = nil) {
    let ways = ways ?? InventoryHostAccess()
    self.inventory = inventory
    self.lockFolder = lockFolder
    sites = Dictionary(
      uniqueKeysWithValues: inventory.hosts.map { host in
        let transport = ways.transport(to: host)
        let engine = EngineClient(host: host.name, connector: ways.engine(of: host, over: transport))
        return (host.name, Site(host: host, transport: transport, engine: engine))
      })
  }

  /// Ends all connections. Calls that are still running fail.
  public func close() async {
    for site in sites.values { site.engine.close() }
    await forEachConcurrently(sites.values) { await $0.transport.close() }
  }

  /// The host of that inventory name.
  func host(_ name: String) throws -> Inventory.Host { try site(name).host }

  /// The way to run commands on a host.
  public func transport(_ name: String) throws -> any Transport { try site(name).transport }

  /// The client of a host's engine.
  public func engine(_ name: String) throws -> EngineClient { try site(name).engine }

  /// The managers of those names, of which the first that answers is asked.
  func managers(_ names: [String]) throws -> Managers {
    let engines = try names.map(engine)
    return managerLists.withLock { lists in
      let managers = lists[names] ?? Managers(engines)
      lists[names] = managers
      return managers
    }
  }

  private func site(_ name: String) throws -> Site {
    guard let site = sites[name] else {
      throw Failure(
        .inventoryUnknownHost, "\"\(name)\" is not a host of the inventory",
        hint: Suggestion.hint(for: name, among: sites.keys.sorted()))
    }
    return site
  }
}

extension FailureCode {
  /// A name that no host of the inventory has.
  static let inventoryUnknownHost: FailureCode = "inventory.unknown_host"
}
