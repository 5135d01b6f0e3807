import DockerEngine
import Engine
import Values

extension StackModule {
  private static let service = Parameter("service", .string, "The service's name, with the stack's before it.")
  private static let waits = Parameter.optional(
    "wait", .boolean, default: true, "Whether to wait until all its tasks run.")
  private static let returns = ReturnType(
    "{ name: string, running: integer, desired: integer }?", "How many tasks run; nothing without waiting.")

  var restart: Primitive {
    Primitive(
      "restart",
      """
      Restarts the tasks of one service with the same settings, on the nodes that fit now; needed after labels were \
      put back. After a crash the step is done again, so the tasks restart once more.
      """,
      parameters: [.manager, Self.service, .options(Self.waits, .timeout(300))],
      returns: Self.returns, effect: .changes(.idempotent),
      commands: { arguments in
        [
          fleet.typed(
            ["docker", "service", "update", "--force", arguments.string("service")], on: arguments.host("manager"))
        ]
      },
      perform: { arguments, context in
        let change = ServiceChange(managers: try managers(arguments))
        let service = try await change.restart(arguments.string("service"))
        return try await settled(service.name, arguments, context)
      })
  }

  var updateImage: Primitive {
    Primitive(
      "update_image",
      """
      Gives one service another image, and changes nothing where it has that already. The image must be on the nodes, \
      or the nodes must be able to fetch it without a password.
      """,
      parameters: [
        .manager, Self.service, Parameter("image", .string, "The image, with its tag."),
        .options(Self.waits, .timeout(300)),
      ],
      returns: Self.returns, effect: .changes(.idempotent),
      commands: { arguments in
        let words = ["docker", "service", "update", "--image", arguments.string("image"), arguments.string("service")]
        return [fleet.typed(words, on: arguments.host("manager"))]
      },
      perform: { arguments, context in
        let change = ServiceChange(managers: try managers(arguments))
        let name = arguments.string("service")
        _ = context.result(of: try await change.setImage(arguments.string("image"), of: name))
        return try await settled(name, arguments, context)
      })
  }

  var scale: Primitive {
    Primitive(
      "scale", "Sets how many tasks a replicated service has; one that has as many already is left as it is.",
      parameters: [
        .manager, Self.service, Parameter("count", .integer, "How many.").bounded(.within(0, 1_000_000)),
        .options(Self.waits, .timeout(300)),
      ],
      returns: Self.returns, effect: .changes(.idempotent),
      commands: { arguments in
        let target = "\(arguments.string("service"))=\(arguments.integer("count"))"
        return [fleet.typed(["docker", "service", "scale", target], on: arguments.host("manager"))]
      },
      perform: { arguments, context in
        let count = arguments.integer("count")
        guard (0...10_000).contains(count) else {
          throw Failure(.argument, "\(count) is not a valid number of tasks", hint: "write 0 or more")
        }
        let change = ServiceChange(managers: try managers(arguments))
        let name = arguments.string("service")
        _ = context.result(of: try await change.scale(name, to: Int(count)))
        return try await settled(name, arguments, context)
      })
  }

  private func settled(_ service: String, _ arguments: Arguments, _ context: EffectContext) async throws -> Value {
    guard arguments.options.flag("wait") else { return .null }
    return StackValue.progress(
      try await convergence(arguments).wait(
        service: service, progress: progress(context, arguments.host("manager"))))
  }

  /// Waits as long as the options say; names hosts as the inventory does.
  func convergence(_ arguments: Arguments) throws -> StackConvergence {
    StackConvergence(
      managers: try managers(arguments),
      limit: arguments.options.duration("timeout") ?? .seconds(300),
      names: { (try? await fleet.answeringHostsByNodeID()) ?? [:] })
  }

  /// Shows what is still waited for.
  func progress(_ context: EffectContext, _ manager: String) -> @Sendable ([ServiceUpdateProgress]) async -> Void {
    { progress in
      let open = progress.filter { !$0.isConverged }
      guard !open.isEmpty else { return }
      let list = open.map { "\($0.name) \($0.running)/\($0.wanted)" }.joined(separator: ", ")
      context.output("waiting for \(list)", manager)
    }
  }
}

extension StackModule {
  var waitReachable: Primitive {
    Primitive(
      "wait_reachable",
      """
      Waits until the tasks of a stack reach each other across hosts, over its overlay networks. Each host's engine is
      asked what it has heard of the others' tasks (port 7946), and each of these is tested over TCP from inside the
      network of a task there (port 4789), as root. Nothing is changed, and nothing is needed in the images. In a large
      swarm each host tests the tasks of some others, always the same ones: each tests equally many, each is tested by
      equally many, and no part of the swarm can be cut off from the rest unnoticed.
      """,
      parameters: [
        .manager, .stackName,
        .options(
          .timeout(150),
          .optional(
            "others", .integer, default: .integer(Int64(OverlayCheck.usualOthers)),
            "On how many other hosts each host tests the tasks; on all of them where a network spans no more."),
          .optional(
            "partial", .boolean, default: false, "Whether to leave out hosts that do not answer, instead of failing.")),
      ],
      returns: ReturnType(
        "{ working: integer, untested: integer, unknown: { host: string, reason: string }[] }",
        """
        How many paths from a host to a task elsewhere were tested and work, how many were not tested, and the hosts for
        which this is unknown, and why.
        """
      ),
      effect: .reads,
      commands: { arguments in
        [
          fleet.typed(
            ["docker", "network", "inspect", "--verbose", "<network-of-\(arguments.string("name"))>"],
            on: arguments.host("manager"))
        ]
      },
      perform: { arguments, context in
        let options = arguments.options
        let check = OverlayCheck(
          managers: try managers(arguments),
          hosts: try await fleet.overlayHosts(isPartial: options.flag("partial")),
          limit: options.duration("timeout") ?? .seconds(150),
          others: Int(max(1, options.optionalInteger("others") ?? Int64(OverlayCheck.usualOthers))))
        let findings = try await check.wait(stack: arguments.string("name")) { missing in
          for failure in missing { context.output("waiting: \(failure.message)", failure.host) }
        }
        return [
          "working": .integer(Int64(findings.working)), "untested": .integer(Int64(findings.untested)),
          "unknown": .array(
            findings.unknown.sorted().map { ["host": .string($0.host), "reason": .string($0.reason)] }),
        ]
      })
  }
}
