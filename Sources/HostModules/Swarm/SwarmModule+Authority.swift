import DockerEngine
import Engine
import SwarmPKI
import Values

extension SwarmModule {
  private static let authorityType =
    "{ digest: string, certificate: string, is_rotating: boolean, nodes: integer, "
    + "waiting: { id: string, hostname: string, state: string }[] }"

  var authority: Primitive {
    Primitive(
      "ca", "The root certificate of a manager's swarm, and while it is changed, which nodes still lack the new one.",
      parameters: [.manager],
      returns: ReturnType(
        Self.authorityType,
        "`digest` is the SHA-256 of `certificate` (PEM) in hexadecimal digits: while `is_rotating`, of the old one."),
      effect: .reads,
      commands: { [fleet.typed(["docker", "swarm", "ca"], on: $0.host("manager"))] },
      perform: { arguments, _ in
        let rotation = RootRotation(managers: try fleet.managers(arguments.hosts("manager")))
        return Self.value(try await rotation.progress())
      })
  }

  var rotateAuthority: Primitive {
    Primitive(
      "rotate_ca",
      """
      Gives a manager's swarm a new root certificate, and waits until every node has a certificate of it. A swarm whose
      root is not the one of `from` any more is left as it is; a change that is in progress is waited for. Both join
      tokens are new afterwards. Nodes that are down hold it up: remove them or bring them back first.
      """,
      parameters: [
        .manager,
        .required(
          Parameter("from", .string, "The digest of the root that is to be replaced, as `swarm.ca` gave it before."),
          .optional(
            "certificate", .secret,
            "The new root certificate, PEM, not secret but accepted as one; by default the swarm makes one."),
          .optional("key", .secret, "The key of that certificate, PEM; without it an external CA must sign."),
          .optional(
            "external_cas",
            .list(.record([Parameter("url", .string, "Its address: https://HOST:PORT/api/v1/cfssl/sign.")])),
            "The servers that sign with that certificate."),
          .timeout(300)),
      ],
      returns: ReturnType("string", "The digest of the new root."),
      effect: .changes(.idempotent),
      commands: { arguments in
        let options = arguments.options
        var words = ["docker", "swarm", "ca", "--rotate"]
        if options["certificate"] != nil { words += ["--ca-cert", "<file of the certificate>"] }
        if options["key"] != nil { words += ["--ca-key", "<file of the key>"] }
        for server in Self.servers(options) { words += ["--external-ca", "protocol=cfssl,url=\(server.url)"] }
        return [fleet.typed(words, on: arguments.host("manager"))]
      },
      perform: { arguments, context in
        let options = arguments.options, old = options.string("from")
        let rotation = RootRotation(
          managers: try fleet.managers(arguments.hosts("manager")), limit: options.duration("timeout") ?? .seconds(300))
        let root = options.secret("certificate").map {
          RootRotation.NewRoot(
            certificate: $0.reveal(), key: options.secret("key"), externalCAs: Self.servers(options))
        }
        let outcome = try await rotation.rotate(
          to: root, from: { RootCADigest(ofBundle: $0).hexadecimal == old },
          progress: { now in
            let names = now.lacking.map(\.hostname).joined(separator: ", ")
            let done = now.nodes.count - now.lacking.count
            context.output(
              "\(done) of \(now.nodes.count) nodes have a new certificate"
                + (names.isEmpty ? "" : "; waiting for \(names)"), nil)
          })
        return .string(RootCADigest(ofBundle: context.result(of: outcome).trustRoot).hexadecimal)
      })
  }

  private static func servers(_ options: Arguments) -> [SwarmSettings.ExternalCA] {
    (options["external_cas"]?.arrayValue ?? []).map { SwarmSettings.ExternalCA(url: $0["url"]?.stringValue ?? "") }
  }

  private static func value(_ progress: RootRotation.Progress) -> Value {
    [
      "digest": .string(RootCADigest(ofBundle: progress.swarm.trustRoot).hexadecimal),
      "certificate": .string(progress.swarm.trustRoot), "is_rotating": .bool(progress.swarm.isRotatingRoot),
      "nodes": .integer(Int64(progress.nodes.count)),
      "waiting": .array(
        progress.lacking.map {
          ["id": .string($0.id), "hostname": .string($0.hostname), "state": .string($0.state.rawValue)]
        }),
    ]
  }
}
