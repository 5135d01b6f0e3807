import DockerEngine
import Engine
import Foundation
import Values

extension StackModule {
  var logs: Primitive {
    Primitive(
      "logs",
      """
      The last lines that the tasks of a service wrote, on all nodes; with `show` they appear in the step as they \
      come. Where lines can't be read, because a node is away, a line of the stream "engine" says so.
      """,
      parameters: [
        .manager,
        Parameter("service", .string, "The service's name, with the stack's before it."),
        .options(
          .optional("tail", .integer, default: 100, "How many of the last lines of each task.").bounded(
            .within(0, 1_000_000)),
          .optional("since", .duration, "Only lines from this last span of time."),
          .optional("task", .string, "Only lines of the task with that ID."),
          .optional("show", .boolean, default: false, "Whether the lines are shown as they come."),
          .timeout(60)),
      ],
      returns: ReturnType(
        "{ task: string, node: string, host?: string, stream: \"stdout\"|\"stderr\"|\"engine\", time: string, text: "
          + "string }[]", "The lines in the order in which they were written."),
      effect: .reads,
      commands: { arguments in
        let options = arguments.options
        let target = options.optionalString("task") ?? arguments.string("service")
        let tail = ["--tail", "\(options.integer("tail"))"]
        return [
          fleet.typed(["docker", "service", "logs", "--timestamps"] + tail + [target], on: arguments.host("manager"))
        ]
      },
      perform: { arguments, context in
        let options = arguments.options
        let engine = try await manager(arguments)
        let hosts = try await fleet.answeringHostsByNodeID()
        let query = LogQuery(
          tail: Int(options.integer("tail")),
          since: options.duration("since").map { Date(timeIntervalSinceNow: -Double($0.components.seconds)) },
          limit: options.duration("timeout") ?? .seconds(60))
        let shows = options.flag("show")
        var lines: [LogLine] = []
        func take(_ line: LogLine) {
          lines.append(line)
          if shows { context.output(line.text, hosts[line.nodeID]) }
        }
        if let task = options.optionalString("task") {
          try await engine.taskLog(engine.task(task), query, each: take)
        } else {
          try await engine.serviceLog(arguments.string("service"), query, each: take)
        }
        return .array(
          lines.sorted { $0.time < $1.time }.map { line in
            var members: [String: Value] = [
              "task": .string(line.taskID), "node": .string(line.nodeID), "stream": .string(line.stream.rawValue),
              "time": .string(line.time), "text": .string(line.text),
            ]
            members["host"] = hosts[line.nodeID].map { .string($0) }
            return .object(members)
          })
      })
  }
}
