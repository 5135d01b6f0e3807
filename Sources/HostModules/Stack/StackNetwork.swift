import DockerEngine
import Engine
import Values

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
          manager: try await manager(arguments),
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
