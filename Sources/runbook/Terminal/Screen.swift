import ArgumentParser
import Foundation
import Glibc
import Presentation
import Values

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

/// A span of time on the command line: `90d`, `12h`, `6w`.
struct Age: ExpressibleByArgument {
  let seconds: TimeInterval

  init?(argument: String) {
    let units: [Character: Double] = ["m": 60, "h": 3600, "d": 86_400, "w": 604_800]
    guard let unit = argument.last.flatMap({ units[$0] }), let number = UInt32(argument.dropLast()) else { return nil }
    seconds = Double(number) * unit
  }
}
