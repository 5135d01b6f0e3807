import Foundation
import Values

/// Reports tests as they end.
package protocol TestReport {
  /// A case has ended, or a file could not be loaded.
  mutating func tell(_ outcome: TestOutcome)
  /// All have ended.
  mutating func close()
}

/// The Test Anything Protocol, version 14.
package struct TAPReport: TestReport {
  private let write: (String) -> Void
  private var count = 0

  /// Begins the report.
  package init(write: @escaping (String) -> Void) {
    self.write = write
    write("TAP version 14")
  }

  /// One test point, with a YAML block where it failed.
  package mutating func tell(_ outcome: TestOutcome) {
    count += 1
    let name = [outcome.file, outcome.name].compactMap(\.self).joined(separator: ": ")
    write("\(outcome.holds ? "ok" : "not ok") \(count) - \(Self.escaped(name))")
    guard let failure = outcome.failure else { return }
    write("  ---")
    write("  message: \(Self.quoted(failure.message))")
    if let location = failure.location { write("  at: \(Self.quoted(location.description))") }
    if let cause = failure.cause { write("  cause: \(Self.quoted(cause))") }
    if let hint = failure.hint { write("  hint: \(Self.quoted(hint))") }
    for line in outcome.output { write("  # \(line)") }
    write("  ...")
  }

  /// The plan, which may come last.
  package mutating func close() { write("1..\(count)") }

  private static func escaped(_ text: String) -> String {
    text.replacing("\\", with: "\\\\").replacing("#", with: "\\#").replacing("\n", with: " ")
  }

  /// A double-quoted YAML text, which is what JSON makes of it.
  private static func quoted(_ text: String) -> String {
    (try? JSON.encode(.string(text), secrets: .refused)) ?? "\"\""
  }
}

/// The XML that build servers read as JUnit's.
package struct JUnitReport: TestReport {
  private let write: (String) -> Void
  private var outcomes: [TestOutcome] = []

  /// Begins the report, which is written as a whole at the end.
  package init(write: @escaping (String) -> Void) { self.write = write }

  /// Keeps what has to be reported.
  package mutating func tell(_ outcome: TestOutcome) { outcomes.append(outcome) }

  /// One suite per file.
  package mutating func close() {
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
