import Concurrency
import DockerEngine
import Engine
import Inventory
import Remote
import Synchronization
import Values

/// The hosts of an inventory, each with its one transport and its one engine client, kept for a run.
///
/// Nothing is contacted before the first call that needs it. ``close()`` ends every connection.
package final class Fleet: Sendable {
  /// The inventory that the hosts come from.
  package let inventory: Inventory
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
  ///   - access: how hosts are reached; as the inventory says where it is left out.
  ///   - lockFolder: the folder on each host in which its lock is; `nil` means the usual one.
  package init(inventory: Inventory, access: (any HostAccess)? = nil, lockFolder: String? = nil) {
    let access = access ?? InventoryHostAccess()
    self.inventory = inventory
    self.lockFolder = lockFolder
    sites = Dictionary(
      uniqueKeysWithValues: inventory.hosts.map { host in
        let transport = access.transport(to: host)
        let engine = EngineClient(host: host.name, connector: access.engine(of: host, over: transport))
        return (host.name, Site(host: host, transport: transport, engine: engine))
      })
  }

  /// Ends all connections. Calls that are still running fail.
  package func close() async {
    for site in sites.values { site.engine.close() }
    await forEachConcurrently(sites.values) { await $0.transport.close() }
  }

  /// The host of that inventory name.
  func host(_ name: String) throws -> Inventory.Host { try site(name).host }

  /// The way to run commands on a host.
  package func transport(_ name: String) throws -> any Transport { try site(name).transport }

  /// The client of a host's engine.
  package func engine(_ name: String) throws -> EngineClient { try site(name).engine }

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

extension Fleet {
  /// The files of a host, as root where the inventory says so.
  func files(on host: String) throws -> RemoteFiles {
    RemoteFiles(try transport(host), sudo: try self.host(host).sudo)
  }
}

extension Fleet {
  /// The documented command for a host, with `sudo` where the inventory says so. One of `docker` names the engine where
  /// the inventory has another than the usual one.
  ///
  /// - Parameters:
  ///   - words: the program and its arguments.
  ///   - directory: the folder in which a person would type it.
  ///   - needsSudo: whether it needs root; by default as the inventory says for docker.
  func typed(
    _ words: [String], on host: String, in directory: String? = nil, sudo needsSudo: Bool? = nil
  ) -> ProcedureCommand {
    let known = try? self.host(host)
    let engine = words.first == "docker" ? known.map { DockerCommand(on: $0).shownEngine } ?? [] : []
    return written(
      words.prefix(1) + engine + words.dropFirst(), on: host, in: directory, sudo: needsSudo ?? (known?.sudo == true))
  }

  /// A command for a host as the runbook's author wrote it.
  func written(
    _ words: [String], on host: String, in directory: String?, sudo needsSudo: Bool
  ) -> ProcedureCommand {
    let sudo = needsSudo ? ["sudo"] : []
    let change = directory.map { "cd \(ShellQuoting.quote([$0])) && " } ?? ""
    return ProcedureCommand(on: host, change + Self.line(sudo + words))
  }

  /// Placeholders (`‹secret›`, `<node-id>`) are for a person's eyes and stay as they are.
  private static func line(_ words: [String]) -> String {
    words.enumerated().map { index, word in
      let isPlaceholder = (word.hasPrefix("‹") && word.hasSuffix("›")) || (word.hasPrefix("<") && word.hasSuffix(">"))
      // An equals sign is special in the first word only.
      let rest = word.replacing("=", with: "")
      let isPlain = index > 0 && !rest.isEmpty && ShellQuoting.quote([rest]) == rest
      return isPlaceholder || isPlain ? word : ShellQuoting.quote([word])
    }.joined(separator: " ")
  }
}

extension Fleet {
  /// The node ID that a host's own engine reports; `nil` when the host is in no swarm. Host names don't help: they
  /// repeat.
  func nodeID(of host: String) async throws -> String? {
    let swarm = try await engine(host).info().swarm
    return swarm.nodeID.isEmpty ? nil : swarm.nodeID
  }

  /// The ID of the node that a primitive is given: a host of the inventory reports its own, all else is an ID.
  func nodeID(meant text: String) async throws -> String {
    guard inventory.host(named: text) != nil else { return text }
    do {
      return try await NodeLookup.nodeID(of: try engine(text))
    } catch var failure as Failure {
      failure.hint = [failure.hint, "name a node whose host is gone by its ID"].compactMap(\.self)
        .joined(separator: "; ")
      throw failure
    }
  }

  /// The inventory's hosts by their node IDs, as far as they answer: to show names beside nodes, and not to conclude
  /// anything from a host that is missing.
  func answeringHostsByNodeID() async throws -> [String: String] {
    let nodes = try await mapConcurrently(inventory.hosts.map(\.name)) { host -> (String, String)? in
      do { return try await self.nodeID(of: host).map { ($0, host) } } catch is Failure { return nil }
    }
    return Dictionary(nodes.compactMap(\.self), uniquingKeysWith: min)
  }

  /// The inventory's hosts by their node IDs, asked of all hosts at once; fails when one does not answer.
  func hostsByNodeID() async throws -> [String: String] {
    let ids = try await nodeIDs(of: inventory.hosts.map(\.name))
    return Dictionary(ids.map { ($0.value, $0.key) }, uniquingKeysWith: { min($0, $1) })
  }

  /// The node IDs of hosts by their names, asked of all at once; a host that is in no swarm is left out.
  func nodeIDs(of hosts: [String]) async throws -> [String: String] {
    let nodes = try await mapConcurrently(Set(hosts)) { host in try await self.nodeID(of: host).map { (host, $0) } }
    return Dictionary(uniqueKeysWithValues: nodes.compactMap(\.self))
  }
}

extension HostDirectory {
  /// An inventory as runbooks see it.
  package init(_ inventory: Inventory) {
    self.init(
      hosts: inventory.hosts.map { host in
        HostView(
          name: host.name, address: host.swarmAddress, role: host.role.rawValue, services: host.services,
          details: [
            "labels": .object(host.labels.mapValues { .string($0) }),
            "advertise_address": host.advertiseAddress.map { .string($0) } ?? .null,
          ])
      },
      stack: inventory.stack.map { stack in
        [
          "name": .string(stack.name), "directory": .string(stack.directory),
          "files": .array(stack.files.map { .string($0) }),
          "deploy_options": .array(stack.deployOptions.map { .string($0) }),
          "environment": .object(stack.environment.mapValues { .string($0) }),
        ]
      })
  }
}
