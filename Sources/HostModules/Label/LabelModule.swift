import DockerEngine
import Engine
import Values

/// `label`: the labels of nodes, by which the scheduler chooses where services run.
struct LabelModule: Sendable {
  let fleet: Fleet

  var module: HostModule {
    HostModule(
      "label", "Labels of nodes. A host's node is found by the ID that the host itself reports.",
      [get, set, ensure, remove])
  }

  /// The manager on which the change is made.
  private static let on = Parameter.optional(
    "on", .hosts, "The manager to ask, or several; by default the host itself.")

  private var get: Primitive {
    Primitive(
      "get", "The labels of a host's node.",
      parameters: [.host, .options(Self.on)],
      returns: ReturnType("table<string, string>", "The labels with their values."),
      effect: .reads,
      commands: { [typed(["inspect", "--format", "{{.Spec.Labels}}"], $0)] },
      perform: { arguments, _ in
        let (managers, id) = try await node(arguments)
        return .object(try await managers.read { try await $0.node(id) }.labels.mapValues { .string($0) })
      })
  }

  private var set: Primitive {
    Primitive(
      "set", "Adds labels to a host's node, or gives them new values. Other labels stay.",
      parameters: [.host, Parameter("labels", .map(.string), "The labels with their values."), .options(Self.on)],
      returns: ReturnType("table<string, string>", "The labels before."),
      effect: .changes(.idempotent),
      commands: { arguments in
        let labels = arguments.map("labels").sorted { $0.key < $1.key }
        let words = labels.flatMap { ["--label-add", "\($0.key)=\($0.value.stringValue ?? "")"] }
        return words.isEmpty ? [] : [typed(["update"] + words, arguments)]
      },
      perform: { arguments, context in
        let labels = arguments.map("labels").compactMapValues(\.stringValue)
        return try await change(arguments, context, isNothing: labels.isEmpty) {
          try await $0.apply(set: labels, toNode: $1)
        }
      })
  }

  private var ensure: Primitive {
    Primitive(
      "ensure", "Makes the labels of a host's node exactly the given ones: others are removed.",
      parameters: [.host, Parameter("labels", .map(.string), "The labels with their values."), .options(Self.on)],
      returns: ReturnType("table<string, string>", "The labels before."),
      effect: .changes(.idempotent),
      commands: { arguments in
        let labels = arguments.map("labels").sorted { $0.key < $1.key }
        let words = labels.flatMap { ["--label-add", "\($0.key)=\($0.value.stringValue ?? "")"] }
        return [typed(["update"] + words + ["--label-rm", "<each other label>"], arguments)]
      },
      perform: { arguments, context in
        let labels = arguments.map("labels").compactMapValues(\.stringValue)
        return try await change(arguments, context, isNothing: false) { try await $0.ensure(labels, onNode: $1) }
      })
  }

  private var remove: Primitive {
    Primitive(
      "remove", "Removes labels from a host's node. A missing label is not an error.",
      parameters: [.host, Parameter("names", .list(.string), "The labels' names."), .options(Self.on)],
      returns: ReturnType("table<string, string>", "The labels before."),
      effect: .changes(.idempotent),
      commands: { arguments in
        let words = arguments.strings("names").flatMap { ["--label-rm", $0] }
        return words.isEmpty ? [] : [typed(["update"] + words, arguments)]
      },
      perform: { arguments, context in
        let names = arguments.strings("names")
        return try await change(arguments, context, isNothing: names.isEmpty) {
          try await $0.apply(remove: names, toNode: $1)
        }
      })
  }

  private func change(
    _ arguments: Arguments, _ context: EffectContext, isNothing: Bool,
    _ apply: (LabelChange, String) async throws -> ChangeOutcome<LabelChange.Labels>
  ) async throws -> Value {
    if isNothing {
      context.unchanged()
      return .object([:])
    }
    let (managers, id) = try await node(arguments)
    let labels = context.result(of: try await apply(LabelChange(managers: managers), id))
    return .object(labels.before.mapValues { .string($0) })
  }

  /// The managers that are asked, and the ID of the host's node.
  private func node(_ arguments: Arguments) async throws -> (managers: Managers, id: String) {
    let host = arguments.host("host")
    let asked = arguments.options.hosts("on")
    let managers = try fleet.managers(asked.isEmpty ? [host] : asked)
    return (managers, try await NodeLookup.nodeID(of: fleet.engine(host)))
  }

  private func typed(_ words: [String], _ arguments: Arguments) -> ProcedureCommand {
    let host = arguments.host("host")
    let manager = arguments.options.hosts("on").first ?? host
    let node = manager == host ? "self" : "<node-id of \(host)>"
    return fleet.typed(["docker", "node"] + words + [node], on: manager)
  }
}
