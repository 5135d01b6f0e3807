import Values

/// The Test Anything Protocol, version 14.
public struct TAPReport: TestReport {
  private let write: (String) -> Void
  private var count = 0

  /// Begins the report.
  public init(write: @escaping (String) -> Void) {
    self.write = write
    write("TAP version 14")
  }

  /// One test point, with a YAML block where it failed.
  public mutating func tell(_ outcome: TestOutcome) {
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
  public mutating func close() { write("1..\(count)") }

  private static func escaped(_ text: String) -> String {
    text.replacing("\\", with: "\\\\").replacing("#", with: "\\#").replacing("\n", with: " ")
  }

  /// A double-quoted YAML text, which is what JSON makes of it.
  private static func quoted(_ text: String) -> String {
    (try? JSON.encode(.string(text), secrets: .refused)) ?? "\"\""
  }
}
