import Engine
import Foundation
import Journal
import Presentation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Answers approvals: by `--yes`, or by asking at the terminal.
struct TerminalApprover: Sendable {
  let saysYes: Bool
  let presenter: any Presenter
  let user: String

  var approver: Approver {
    Approver { message in
      if saysYes { return .init(isYes: true, by: user, how: "option") }
      guard isatty(STDIN_FILENO) == 1, isatty(STDERR_FILENO) == 1 else { return nil }
      await presenter.pause()
      let answer = await Self.ask(message)
      await presenter.resume()
      return answer.map { .init(isYes: $0, by: user, how: "terminal") }
    }
  }

  /// Asks until there is a yes or a no; `nil` at the end of input. Reads on a thread of its own.
  private static func ask(_ message: String) async -> Bool? {
    await withCheckedContinuation { continuation in
      let thread = Thread {
        while true {
          FileHandle.standardError.write(Data("\n\(PlainText.line(message))\nType yes or no: ".utf8))
          guard let line = readLine() else { return continuation.resume(returning: nil) }
          switch line.trimmingCharacters(in: .whitespaces).lowercased() {
          case "yes", "y": return continuation.resume(returning: true)
          case "no", "n": return continuation.resume(returning: false)
          default: continue
          }
        }
      }
      thread.name = "approval"
      thread.start()
    }
  }
}
