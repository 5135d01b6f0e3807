import Concurrency
import DockerEngine
import Engine
import Foundation
import Remote
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

extension PKIModule {
  var presentedRoot: Primitive {
    Primitive(
      "presented_root",
      """
      Asks a manager's swarm port for its swarm's root certificates before the manager is trusted, as a host does that
      is about to join. The host makes the connection, so the joining host's own path to the manager is tested.
      """,
      parameters: [
        Parameter("host", .host, "The host that makes the connection."),
        Parameter("address", .string, "The manager's address."),
        .options(
          .optional("port", .integer, default: 2377, "The swarm port.").bounded(.port),
          .optional("token", .secret, "A join token; the swarm that answers must be the one it is for."), .timeout(15)),
      ],
      returns: ReturnType(
        "{ root_digest: string, bundle: string, matches?: boolean, swarm: string, node_id: string, not_after: number, "
          + "is_trusted: boolean, trouble: string }",
        "The root certificates and their digest; whether the token is for them, when one was given; the manager's own "
          + "certificate, and why the shown root certificates don't vouch for it, empty when they do."),
      effect: .reads,
      commands: { arguments in
        let place = "\(arguments.string("address")):\(arguments.options.optionalInteger("port") ?? 2377)"
        return [
          fleet.typed(
            ["openssl", "s_client", "-alpn", "h2", "-connect", place], on: arguments.host("host"), sudo: false)
        ]
      },
      perform: { arguments, _ in
        let host = arguments.host("host"), address = arguments.string("address")
        let token = try arguments.options.secret("token").map { secret throws in try JoinToken.parse(secret) }
        let ca = try fleet.managerCA(at: address, Int(arguments.options.optionalInteger("port") ?? 2377), from: host)
        do {
          let shown = try await ca.presentedRoot(timeout: arguments.options.duration("timeout") ?? .seconds(15))
          let proof = try ManagerProof(bundle: shown.bundle, chain: shown.chain)
          let trouble = await proof.trouble(at: Date())
          var result: [String: Value] = [
            "root_digest": .string(proof.roots.digest.hexadecimal), "bundle": .string(proof.bundle),
            "swarm": .string(proof.manager.swarmID), "node_id": .string(proof.manager.nodeID),
            "not_after": .number(proof.manager.validity.notAfter.timeIntervalSince1970),
            "is_trusted": .bool(trouble == nil), "trouble": .string(trouble ?? ""),
          ]
          result["matches"] = token.map { .bool(proof.matches($0)) }
          return .object(result)
        } catch var failure as Failure {
          failure.host = failure.host ?? host
          throw failure
        }
      })
  }
}

extension Fleet {
  /// The swarm port of a manager as a host sees it.
  func managerCA(at address: String, _ port: Int, from host: String) throws -> ManagerCA {
    let transport = try transport(host)
    let place = address.contains(":") ? "[\(address)]:\(port)" : "\(address):\(port)"
    let connector = FileDescriptorConnector(endpoint: place) {
      let stream = try await Tunnel.open(address, port, from: transport)
      guard let descriptor = stream.take() else {
        throw Failure(.engineClosed, "the connection to \(place) was closed", host: host)
      }
      // The stream lives as long as the connection does, because this closure holds it.
      return FileDescriptorConnector.Stream(descriptor: descriptor) {
        Tunnel.failure(of: await stream.termination, to: address, port)
      }
    }
    return ManagerCA(connector: connector, address: place)
  }
}
