import Engine
import Foundation
import Journal
import Presentation
import Remote
import Values

/// Notifies an absent operator that a run waits, failed or is done: through a command, or a web address.
///
/// A message that can't be delivered never harms the run.
struct Notifier: Sendable {
  /// A command line for `sh`, which gets the message as JSON on its standard input; or an `http` or `https` address, to
  /// which it is posted.
  let way: String
  let run: RunRecord
  private static let limit = Duration.seconds(20)

  /// What is reported.
  enum Occasion: String, Sendable {
    case waiting, failed, findings, refused, interrupted, succeeded
    case rolledBack = "rolled_back"
  }

  /// Reports how an execution ended.
  func tell(_ outcome: RunOutcome, isRollback: Bool) async -> Failure? {
    switch outcome {
    case .succeeded: await tell(isRollback ? .rolledBack : .succeeded, nil, nil)
    case .failed(let failure): await tell(.failed, failure.message, failure)
    case .concluded(let failure): await tell(.findings, failure.message, failure)
    case .refused(let failure): await tell(.refused, failure.message, failure)
    case .interrupted: await tell(.interrupted, nil, nil)
    case .waiting(_, _, let message): await tell(.waiting, message, nil)
    }
  }

  /// Reports that the run asks for an answer.
  func tellWaiting(_ message: String) async -> Failure? { await tell(.waiting, message, nil) }

  /// `nil` when it was delivered.
  private func tell(_ occasion: Occasion, _ message: String?, _ failure: Failure?) async -> Failure? {
    do {
      let result = try await LocalTransport(host: HostSpec(name: "here", isLocal: true)).run(
        try command(occasion, message, failure))
      if result.status == 0 { return nil }
      return problem("it ended with exit code \(result.status)", String(decoding: result.stderr, as: UTF8.self))
    } catch let failure as Failure {
      return problem(failure.message, failure.cause ?? "")
    } catch { return problem("it was cut off", "") }
  }

  private func problem(_ words: String, _ stderr: String) -> Failure {
    Failure(
      "command.notification", "the notification about run \(run.id) was not delivered: \(words)",
      cause: stderr.isEmpty ? nil : String(stderr.prefix(500)), hint: "check RUNBOOK_NOTIFY or --notify")
  }

  private func command(_ occasion: Occasion, _ message: String?, _ failure: Failure?) throws -> RemoteCommand {
    let trace = TraceContext.given(run)
    let document: Value = [
      "run": .string(run.id), "runbook": .string(run.runbook), "state": .string(occasion.rawValue),
      "message": message.map { .string($0) } ?? .null, "host": failure?.host.map { .string($0) } ?? .null,
      "step": failure?.step.map { .string($0) } ?? .null, "user": .string(run.user), "machine": .string(run.machine),
      "next": .string("runbook show \(run.id)"), "trace_id": .string(trace.traceID), "span_id": .string(trace.rootID),
    ]
    let text = try JSON.encode(document, secrets: .hidden)
    guard way.hasPrefix("http://") || way.hasPrefix("https://") else {
      return RemoteCommand(["sh", "-c", way], stdin: Array(text.utf8), timeout: Self.limit)
    }
    // Through standard input: the address may hold a secret, and every user of this machine can see arguments.
    let lines = [
      "url = \(Self.quoted(way))", "header = \"Content-Type: application/json\"", "data = \(Self.quoted(text))",
    ]
    return RemoteCommand(
      ["curl", "--fail", "--silent", "--show-error", "--max-time", "15", "--output", "/dev/null", "--config", "-"],
      stdin: Array(lines.joined(separator: "\n").utf8), timeout: Self.limit)
  }

  /// As curl's configuration quotes.
  private static func quoted(_ text: String) -> String {
    let escaped = text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
    return "\"\(escaped)\""
  }
}

extension TraceContext {
  /// The trace of a run, as a part of the trace that the environment names.
  static func given(_ run: RunRecord) -> TraceContext {
    TraceContext(run, parent: ProcessInfo.processInfo.environment["TRACEPARENT"])
  }
}
