import Journal
import Values

/// The result of a run, as a test sees it.
struct ExecutionResult {
  /// `succeeded`, `failed`, `findings`, `refused`, `interrupted`, `waiting`, or `died`.
  let status: String
  let failure: Failure?
  let events: [Event]
  /// The names of the moments at which this execution could have died.
  let moments: [String]
  /// The names of all changing primitives: `swarm.join`.
  let primitives: Set<String>

  /// The type in the definitions.
  static let luaType = "SimulationResult"

  var value: Value {
    let state = RunState(events: events)
    return [
      "status": .string(status), "failure": failure.map(Self.value) ?? .null,
      "steps": .object(
        Dictionary(state.steps.map { ($0.path, Self.value($0)) }, uniquingKeysWith: { first, _ in first })),
      "order": .array(state.steps.map { .string($0.path) }),
      "messages": .array(state.messages.map { .string($0.text) }),
      "notes": .array(
        state.notes.filter { !$0.isTable }.map { ["title": .string($0.title), "items": Self.texts($0.items)] }),
      "tables": .array(
        state.notes.filter(\.isTable).map {
          [
            "title": .string($0.title), "headings": Self.texts($0.headings), "rows": .array($0.rows.map(Self.texts)),
          ]
        }),
      "moments": .array(moments.map { .string($0) }), "effects": .array(effects.map { .string($0) }),
    ]
  }

  /// The moments just before and after something was changed.
  private var effects: [String] {
    moments.filter { moment in
      let words = moment.split(separator: " ", maxSplits: 2)
      return words.count == 3 && primitives.contains(String(words[1]))
    }
  }

  private static func value(_ failure: Failure) -> Value {
    [
      "code": .string(failure.code.rawValue), "message": .string(failure.message), "host": text(failure.host),
      "step": text(failure.step), "cause": text(failure.cause), "hint": text(failure.hint),
      "related": .array(failure.related.map(value)),
    ]
  }

  private static func value(_ step: StepState) -> Value {
    [
      "status": .string(step.status.rawValue), "outcome": text(step.outcome?.rawValue),
      "attempts": .integer(Int64(step.attempt)), "host": text(step.host), "result": step.result ?? .null,
      "failure": step.failure.map(value) ?? .null,
      "commands": .array(
        step.commands.map { command in .string(command.host.map { "\($0)$ \(command.text)" } ?? command.text) }),
      "output": .array(step.output.map { .string($0.text) }),
    ]
  }

  private static func texts(_ texts: [String]) -> Value { .array(texts.map { .string($0) }) }

  private static func text(_ text: String?) -> Value { text.map { .string($0) } ?? .null }
}
