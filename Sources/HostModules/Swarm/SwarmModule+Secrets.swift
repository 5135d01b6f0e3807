import DockerEngine
import Engine
import SwarmPKI
import Values

extension SwarmModule {
  private static let role = Parameter("role", .oneOf(["worker", "manager"]), "What a host becomes with it.")

  var joinToken: Primitive {
    Primitive(
      "join_token", "The token with which hosts join a manager's swarm.",
      parameters: [.manager, Self.role],
      returns: ReturnType("Secret", "The token."),
      effect: .reads,
      commands: { [fleet.typed(["docker", "swarm", "join-token", $0.string("role")], on: $0.host("manager"))] },
      perform: { arguments, _ in
        let swarm = try await fleet.managers(arguments.hosts("manager")).read { try await $0.swarm() }
        return .secret(swarm.token(for: NodeRole(rawValue: arguments.string("role"))))
      })
  }

  var rotateJoinToken: Primitive {
    Primitive(
      "rotate_join_token",
      """
      Replaces the join token of a role; no host can join with the old one any more, and nodes that have joined stay. A
      swarm whose token is no longer the old one is left as it is.
      """,
      parameters: [
        .manager, Self.role, Parameter("old", .secret, "The token as it was read in an earlier step."),
      ],
      returns: ReturnType("Secret", "The new token."),
      effect: .changes(.idempotent),
      commands: {
        [fleet.typed(["docker", "swarm", "join-token", "--rotate", $0.string("role")], on: $0.host("manager"))]
      },
      perform: { arguments, context in
        let operation = SecretRotation(managers: try fleet.managers(arguments.hosts("manager")))
        let outcome = try await operation.rotateToken(
          of: NodeRole(rawValue: arguments.string("role")), from: arguments.secret("old") ?? Secret(""))
        return .secret(context.result(of: outcome))
      })
  }

  var unlockKey: Primitive {
    Primitive(
      "unlock_key", "The key with which managers are unlocked after their engine was restarted.",
      parameters: [.manager],
      returns: ReturnType("Secret?", "The key; nil when the swarm's managers do not lock."),
      effect: .reads,
      commands: { [fleet.typed(["docker", "swarm", "unlock-key"], on: $0.host("manager"))] },
      perform: { arguments, _ in
        let key = try await fleet.managers(arguments.hosts("manager")).read { try await $0.unlockKey() }
        return key.reveal().isEmpty ? .null : .secret(key)
      })
  }

  var rotateUnlockKey: Primitive {
    Primitive(
      "rotate_unlock_key",
      """
      Replaces the unlock key. A swarm whose key is no longer the old one is left as it is. A manager that is not
      connected at this moment keeps the old key until it hears of the new one: keep both for a while.
      """,
      parameters: [.manager, Parameter("old", .secret, "The key as it was read in an earlier step.")],
      returns: ReturnType("Secret", "The new key."),
      effect: .changes(.idempotent),
      commands: { [fleet.typed(["docker", "swarm", "unlock-key", "--rotate"], on: $0.host("manager"))] },
      perform: { arguments, context in
        let operation = SecretRotation(managers: try fleet.managers(arguments.hosts("manager")))
        return .secret(
          context.result(of: try await operation.rotateUnlockKey(from: arguments.secret("old") ?? Secret(""))))
      })
  }

  var unlock: Primitive {
    Primitive(
      "unlock",
      """
      Unlocks a manager whose engine was restarted, and waits until it is an active member again. A host that is not
      locked is left as it is.
      """,
      parameters: [.host, Parameter("key", .secret, "The unlock key."), .options(.timeout(60))],
      returns: ReturnType("string", "The host's node ID."),
      effect: .changes(.idempotent),
      commands: { [fleet.typed(["docker", "swarm", "unlock"], on: $0.host("host"))] },
      perform: { arguments, context in
        let operation = SwarmUnlock(
          engine: try fleet.engine(arguments.host("host")),
          limit: arguments.options.duration("timeout") ?? .seconds(60))
        let outcome = try await operation.unlock(key: arguments.secret("key") ?? Secret(""))
        return .string(context.result(of: outcome).nodeID)
      })
  }

  var tokenMatches: Primitive {
    Primitive(
      "token_matches", "Whether the digest in a manager's worker join token is that of the root certificate it shows.",
      parameters: [.manager],
      returns: ReturnType(
        "{ matches: boolean, token_digest: string, root_digest: string, is_rotating: boolean }",
        "Whether they match, both as hexadecimal digits, and whether the root certificate is being changed."),
      effect: .reads,
      commands: { [fleet.typed(["docker", "swarm", "join-token", "worker"], on: $0.host("manager"))] },
      perform: { arguments, _ in
        let swarm = try await fleet.managers(arguments.hosts("manager")).read { try await $0.swarm() }
        let token = try JoinToken.parse(swarm.workerToken)
        return [
          "matches": .bool(token.matches(bundle: swarm.trustRoot)),
          "token_digest": .string(token.rootDigest.hexadecimal),
          "root_digest": .string(RootCADigest(ofBundle: swarm.trustRoot).hexadecimal),
          "is_rotating": .bool(swarm.isRotatingRoot),
        ]
      })
  }
}
