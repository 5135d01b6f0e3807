import Foundation

/// The XML that build servers read as JUnit's.
public struct JUnitReport: TestReport {
  private let write: (String) -> Void
  private var outcomes: [TestOutcome] = []

  /// Begins the report, which is written as a whole at the end.
  public init(write: @escaping (String) -> Void) { self.write = write }

  /// Keeps what has to be reported.
  public mutating func tell(_ outcome: TestOutcome) { outcomes.append(outcome) }

  /// One suite per file.
  public mutating func close() {
    write(#"<?xml version="1.0" encoding="UTF-8"?>"#)
    write("<testsuites \(Self.counts(outcomes))>")
    var files: [String] = []
    for outcome in outcomes where !files.contains(outcome.file) { files.append(outcome.file) }
    for file in files {
      let own = outcomes.filter { $0.file == file }
      write("  <testsuite name=\"\(Self.escaped(file))\" \(Self.counts(own))>")
      for outcome in own { tellCase(outcome) }
      write("  </testsuite>")
    }
    write("</testsuites>")
  }

  private func tellCase(_ outcome: TestOutcome) {
    let name = Self.escaped(outcome.name ?? "the file is loaded"), file = Self.escaped(outcome.file)
    let start = "    <testcase name=\"\(name)\" classname=\"\(file)\" time=\"\(Self.time(outcome.seconds))\""
    guard !outcome.holds || !outcome.output.isEmpty else { return write(start + "/>") }
    write(start + ">")
    if let failure = outcome.failure {
      let details = [failure.location?.description, failure.cause, failure.hint, failure.traceback].compactMap(\.self)
      write(
        "      <failure message=\"\(Self.escaped(failure.message))\" type=\"\(Self.escaped(failure.code.rawValue))\">"
          + Self.escaped(details.joined(separator: "\n")) + "</failure>")
    }
    if !outcome.output.isEmpty {
      write("      <system-out>\(Self.escaped(outcome.output.joined(separator: "\n")))</system-out>")
    }
    write("    </testcase>")
  }

  private static func counts(_ outcomes: [TestOutcome]) -> String {
    let failures = outcomes.count { !$0.holds }, seconds = outcomes.map(\.seconds).reduce(0, +)
    return "tests=\"\(outcomes.count)\" failures=\"\(failures)\" time=\"\(time(seconds))\""
  }

  private static func time(_ seconds: Double) -> String { String(format: "%.3f", seconds) }

  /// Text that XML can hold: other characters are left out.
  private static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "\n", "\t": result.unicodeScalars.append(scalar)
      case _ where scalar.value < 0x20 || scalar.value == 0xFFFE || scalar.value == 0xFFFF: continue
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
