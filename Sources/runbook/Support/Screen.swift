import Foundation
import Presentation
import Values

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// What the process writes to, and what that can show.
struct Screen: Sendable {
  let style: Style
  let isTerminal: Bool
  let columns: Int?

  /// Looks at standard output.
  init(_ options: GlobalOptions, descriptor: Int32 = STDOUT_FILENO) {
    isTerminal = isatty(descriptor) == 1
    var environment = ProcessInfo.processInfo.environment
    if options.noColor { environment["NO_COLOR"] = "1" }
    style = Style(environment: environment, isTerminal: isTerminal)
    columns = isTerminal ? TerminalSize.current(of: descriptor)?.columns : nil
  }

  /// Writes lines to standard output.
  func print(_ lines: [String]) {
    let text = lines.map { $0 + "\n" }.joined()
    FileHandle.standardOutput.write(Data(text.utf8))
  }

  /// Writes a failure to standard error: as a report, or as JSON.
  static func complain(_ failure: Failure, _ options: GlobalOptions, sources: SourceText = SourceText()) {
    let text: String
    if options.json {
      let document: Value = .object(["failure": failure.value])
      text = (try? JSON.encode(document, secrets: .hidden)) ?? failure.description
    } else {
      let screen = Screen(options, descriptor: STDERR_FILENO)
      text = FailureReport(failure, sources: sources).render(columns: screen.columns ?? 100, style: screen.style)
        .joined(separator: "\n")
    }
    FileHandle.standardError.write(Data((text + "\n").utf8))
  }
}
