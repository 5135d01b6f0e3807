import Engine
import Foundation
import Glibc
import Journal
import Presentation

/// Answers approvals: by `--yes`, or by asking at the terminal.
struct TerminalApprover: Sendable {
  let saysYes: Bool
  let presenter: any Presenter
  let user: String

  var approver: Approver {
    var approver = Approver(
      settle: { path, message in
        guard Self.isThere else { return nil }
        let question =
          "The step \"\(path)\" is in doubt: \(message).\nCheck the host, then type done, retry or fail: "
        return try await paused { await Self.ask(question) { DoubtAnswer(rawValue: $0) } }
      },
      ask: { message in
        if saysYes { return .init(isYes: true, by: user, how: "option") }
        return try await yesOrNo(message)
      })
    approver.user = user
    return approver
  }

  /// Shows how the runbook differs from the one with which the run began, and asks whether to continue with it.
  func askAboutChanges(_ differences: RunDifferences) async throws -> Approver.Answer? {
    let lines = differences.sentences.map { "  \($0.description)" }.joined(separator: "\n")
    let isEdited = !differences.files.isEmpty
    return try await yesOrNo(
      isEdited
        ? "The runbook has changed since the run began:\n\(lines)\nContinue with it as it is now?"
        : "The runbook takes a different path than before, and skips done steps:\n\(lines)\nContinue on that path?")
  }

  /// Asks before a step; `nil` at the end of input. Not answered when the run is to stop meanwhile, by Ctrl-C.
  func askBefore(_ step: StepQuestion, stop: StopSignal) async throws -> StepAnswer? {
    let place = [step.host.map { "on \($0)" }, step.location?.description].compactMap { $0 }.joined(separator: ", ")
    let commands = step.commands.map { "\n  $ \($0.text)" + ($0.host.map { "   (on \($0))" } ?? "") }.joined()
    let question =
      "Next: \(step.path)" + (place.isEmpty ? "" : " (\(place))") + commands
      + "\nDo it? y = yes, g = continue without asking, s = stop here:"
    let answers: [String: StepAnswer] = [
      "y": .carryOut, "yes": .carryOut, "g": .carryOutRest, "go": .carryOutRest, "s": .stop, "stop": .stop,
    ]
    return try await paused {
      // Whichever comes first; a thread that still reads ends with the process.
      let (answer, sink) = AsyncStream.makeStream(of: StepAnswer?.self)
      let asking = Task { sink.yield(await Self.ask(question) { answers[$0] }) }
      let stopping = Task {
        await stop.wait()
        sink.yield(.stop)
      }
      defer {
        asking.cancel()
        stopping.cancel()
      }
      for await first in answer { return first }
      return nil
    }
  }

  /// Asks whether to take over hosts that an unfinished run has changed. `--yes` does not answer that.
  func askToTakeOver(_ question: String) async throws -> Approver.Answer? { try await yesOrNo(question) }

  private func yesOrNo(_ message: String) async throws -> Approver.Answer? {
    guard Self.isThere else { return nil }
    let answer = try await paused {
      await Self.ask("\(message)\nType yes or no: ") { ["yes": true, "y": true, "no": false, "n": false][$0] }
    }
    return answer.map { .init(isYes: $0, by: user, how: "terminal") }
  }

  static var isThere: Bool { isatty(STDIN_FILENO) == 1 && isatty(STDERR_FILENO) == 1 }

  private func paused<Answer>(_ work: () async throws -> Answer) async throws -> Answer {
    await presenter.pause()
    let answer = try await work()
    await presenter.resume()
    return answer
  }

  /// Asks until an answer is understood; `nil` at the end of input. Reads on a thread of its own.
  static func ask<Answer: Sendable>(
    _ question: String, understand: @escaping @Sendable (String) -> Answer?
  ) async -> Answer? {
    await withCheckedContinuation { continuation in
      let thread = Thread {
        while true {
          let columns = TerminalSize.current(of: STDERR_FILENO)?.columns ?? 80
          let text = PlainText.wrapped(question, to: columns).joined(separator: "\n")
          FileHandle.standardError.write(Data("\n\(text) ".utf8))
          guard let line = readLine() else { return continuation.resume(returning: nil) }
          if let answer = understand(line.trimmingCharacters(in: .whitespaces).lowercased()) {
            return continuation.resume(returning: answer)
          }
        }
      }
      thread.name = "approval"
      thread.start()
    }
  }
}
