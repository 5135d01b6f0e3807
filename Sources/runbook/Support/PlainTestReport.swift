import Foundation
import Presentation
import RunbookTesting
import Values

/// Tests for people: each as it ends, with the text of a failure.
struct PlainTestReport: TestReport {
  private let screen: Screen
  private let lines: TestLines
  private let folder: String
  private var file: String?
  private var held = 0
  private var failed = 0
  private var seconds = 0.0

  init(screen: Screen, folder: String) {
    self.screen = screen
    self.folder = folder
    lines = TestLines(style: screen.style, columns: screen.columns)
  }

  mutating func tell(_ outcome: TestOutcome) {
    if outcome.file != file { screen.print(lines.file(outcome.file)) }
    file = outcome.file
    if outcome.holds { held += 1 } else { failed += 1 }
    seconds += outcome.seconds
    screen.print(
      lines.outcome(
        outcome.name ?? "the file is loaded", seconds: outcome.seconds, failure: outcome.failure,
        output: outcome.output, sources: sources(of: outcome.failure)))
  }

  mutating func close() { screen.print(lines.total(held: held, failed: failed, seconds: seconds)) }

  /// The files that a failure points into.
  private func sources(of failure: Failure?) -> SourceText {
    var sources = SourceText()
    for place in [failure?.location].compactMap(\.self) {
      let path = place.file.hasPrefix("/") ? place.file : "\(folder)/\(place.file)"
      if let text = try? String(contentsOfFile: path, encoding: .utf8) { sources.add(text, as: place.file) }
    }
    return sources
  }
}
