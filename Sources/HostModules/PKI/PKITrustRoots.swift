import Concurrency
import DockerEngine
import Engine
import Foundation
import SwarmPKI
import Values

extension PKIModule {
  var trustRoots: Primitive {
    Primitive(
      "trust_roots",
      """
      Which root certificates every node of a swarm trusts, as its managers know it and, for hosts of the inventory, as
      the host's own file says: to follow a rotation of the swarm's CA, and to find the node that holds it up.
      """,
      parameters: [.manager],
      returns: ReturnType(
        "{ digest: string, is_rotating: boolean, agree: boolean, nodes: { id: string, host?: string, hostname: string, "
          + "state: string, digest: string, file_digest?: string, agrees: boolean, trouble: string }[] }",
        "The digest that the swarm wants, and each node's. `file_digest` is missing for nodes that are not hosts of "
          + "the inventory, or where the file can't be read; `trouble` says why a node does not agree."),
      effect: .reads,
      commands: { [fleet.typed(["docker", "swarm", "ca"], on: $0.host("manager"))] },
      perform: { arguments, _ in
        async let hosts = fleet.reachableHostsByNodeID()
        let (swarm, nodes) = try await fleet.managers(arguments.hosts("manager")).read {
          (try await $0.swarm(), try await $0.nodes())
        }
        let comparison = TrustComparison(swarm: swarm, files: await fleet.rootDigests(of: await hosts))
        return comparison.value(of: nodes)
      })
  }
}

/// Each node's root certificates beside those of the swarm.
struct TrustComparison {
  let swarm: SwarmInfo
  /// Hosts and the digests of their own files, by node ID.
  let files: [String: (host: String, digest: Result<RootCADigest, Failure>)]

  func value(of nodes: [SwarmNode]) -> Value {
    let wanted = RootCADigest(ofBundle: swarm.trustRoot)
    let values = nodes.sorted { $0.id < $1.id }.map { node -> (value: Value, agrees: Bool) in
      let known = RootCADigest(ofBundle: node.trustRoot)
      let file = files[node.id]
      let own = try? file?.digest.get()
      let trouble = trouble(of: node, known: known, file: file?.digest, wanted: wanted)
      var members: [String: Value] = [
        "id": .string(node.id), "hostname": .string(node.hostname), "state": .string(node.state.rawValue),
        "digest": .string(node.trustRoot.isEmpty ? "" : known.hexadecimal), "agrees": .bool(trouble.isEmpty),
        "trouble": .string(trouble),
      ]
      members["host"] = file.map { .string($0.host) }
      members["file_digest"] = own.map { .string($0.hexadecimal) }
      return (.object(members), trouble.isEmpty)
    }
    return [
      "digest": .string(wanted.hexadecimal), "is_rotating": .bool(swarm.isRotatingRoot),
      "agree": .bool(!swarm.isRotatingRoot && values.allSatisfy(\.agrees)), "nodes": .array(values.map(\.value)),
    ]
  }

  private func trouble(
    of node: SwarmNode, known: RootCADigest, file: Result<RootCADigest, Failure>?, wanted: RootCADigest
  ) -> String {
    if node.trustRoot.isEmpty { return "it has never said which root certificates it trusts" }
    if known != wanted {
      return node.state == .ready
        ? "it still trusts other root certificates" : "it trusts other root certificates, and is \(node.state)"
    }
    switch file {
    case .success(let digest) where digest != wanted: return "its own file holds other root certificates"
    case .failure(let failure): return "its own file was not read: \(failure.message)"
    default: return ""
    }
  }
}

extension Fleet {
  /// The inventory's hosts that can be asked, by their node IDs.
  func reachableHostsByNodeID() async -> [String: String] {
    let nodes = await mapConcurrently(inventory.hosts.map(\.name)) { host in
      (try? await self.nodeID(of: host)).map { ($0, host) }
    }
    return Dictionary(nodes.compactMap(\.self), uniquingKeysWith: { $1 })
  }

  /// The digests of the hosts' own root certificates, by node ID.
  func rootDigests(
    of hosts: [String: String]
  ) async -> [String: (host: String, digest: Result<RootCADigest, Failure>)] {
    let digests = await mapConcurrently(hosts) { id, host -> (String, (String, Result<RootCADigest, Failure>)) in
      do {
        let digest = RootCADigest(ofBundle: try await self.swarmFile("swarm-root-ca.crt", of: host))
        return (id, (host, .success(digest)))
      } catch {
        return (id, (host, .failure(error as? Failure ?? Failure("file.failed", "\(error)", host: host))))
      }
    }
    return Dictionary(uniqueKeysWithValues: digests.map { ($0.0, (host: $0.1.0, digest: $0.1.1)) })
  }
}
