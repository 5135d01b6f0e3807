import Foundation
import Journal
import Values

/// Shows a run as JSON, one object per line, for programs.
///
/// Every event is an object with these members, always all of them, in this order:
///
/// | member | type | |
/// |---|---|---|
/// | `sequence` | integer | the event's place in the run's journal, from 1; 0 for one that is not stored |
/// | `at` | text | ISO 8601, UTC, milliseconds |
/// | `run` | text | the run's ID |
/// | `kind` | text | an ``EventKind``, for example `step.succeeded` |
/// | `path` | text or null | the step or scope |
/// | `attempt` | integer or null | counted from 1 |
/// | `host` | text or null | the inventory name |
/// | `trace_id` | text | the run as a trace: 32 hexadecimal digits, see ``TraceContext`` |
/// | `span_id` | text | the step's attempt, or the run, as a span: 16 hexadecimal digits |
/// | `parent_span_id` | text or null | the span that this one is a part of |
/// | `payload` | object | by kind; its members are in docs/events.md |
///
/// The last line has the same members with the kind `result` and sequence 0. Its payload: `state` (`succeeded`,
/// `failed`, `findings`, `refused`, `interrupted`, `waiting`, `running`), `changed`, `unchanged`, `read` (numbers of steps),
/// `failure` (object or null), `next` (the commands that the operator may type).
///
/// Secrets are `‹secret›`, bytes that are not UTF-8 `{"base64": "…"}`. Members may be added, never renamed.
package actor JSONLines: Presenter {
  private let run: String
  private var state: RunState
  private let trace: TraceContext
  private let output: any TextOutput
  private let now: @Sendable () -> Date

  /// Writes to `output`. `state`: what is known of the run so far, for one that is resumed.
  package init(run: String, trace: TraceContext, state: RunState = RunState(), output: any TextOutput) {
    self.init(run: run, trace: trace, state: state, output: output, now: { Date() })
  }

  init(
    run: String, trace: TraceContext, state: RunState, output: any TextOutput, now: @escaping @Sendable () -> Date
  ) {
    self.run = run
    self.trace = trace
    self.state = state
    self.output = output
    self.now = now
  }

  /// Writes the event's line. No more output of commands is taken before it is written.
  package func show(_ event: Event) async {
    state.apply(event)
    write(event)
    if event.kind == .stepOutput { await output.drain() }
  }

  /// Nothing: a program reads events.
  package func say(_ text: String) {}

  /// Does nothing: lines do not disturb a question.
  package func pause() {}

  /// See ``pause()``.
  package func resume() {}

  /// Writes the `result` line.
  package func finish(_ ending: Ending) async {
    let counts = OutcomeCounts(state.steps)
    let result: Value = [
      "state": .string(StatusText(state.status).name),
      "changed": .integer(Int64(counts.changed + counts.settled)),
      "unchanged": .integer(Int64(counts.alreadySo)),
      "read": .integer(Int64(counts.read)),
      "failure": (ending.failure ?? state.failure)?.value ?? .null,
      "next": .array(ending.next.map { .string($0.command) }),
    ]
    write(Event(at: now(), kind: "result", payload: result))
    await output.drain()
  }

  private func write(_ event: Event) { output.write(EventJSON.object(event, run: run, trace: trace).line + "\n") }
}

/// The JSON form of an event, described at ``JSONLines``.
enum EventJSON {
  static func object(_ event: Event, run: String, trace: TraceContext) -> JSONText {
    let span = trace.span(of: event)
    // What was printed is written as text, even if it is not text.
    func payload(of event: Event) -> Value {
      guard event.kind == .stepOutput, case .object(var members) = event.payload else { return event.payload }
      members["text"] = .string(OutputText.of(event))
      return .object(members)
    }
    return .object([
      ("sequence", .integer(event.sequence)), ("at", JSONText(event.at)), ("run", .string(run)),
      ("kind", .string(event.kind.rawValue)), ("path", JSONText(event.path)),
      ("attempt", event.attempt.map { .integer(Int64($0)) } ?? .null), ("host", JSONText(event.host)),
      ("trace_id", .string(trace.traceID)), ("span_id", .string(span.id)), ("parent_span_id", JSONText(span.parent)),
      ("payload", JSONText(payload(of: event))),
    ])
  }
}
