import Foundation
import TestSupport
import Testing
import Values

@testable import Journal

@Suite("A step's result that its command has printed", .usualTimeLimit)
struct PrintedOutputTests {
  /// Events as the recorder makes them of what a command prints in these texts.
  private func events(_ texts: [Value], result: Value) -> [Event] {
    let now = Date(timeIntervalSince1970: 1_800_000_000)
    return [Event(at: now, path: "s", attempt: 1, host: "h", Event.StepStarted())]
      + texts.map { Event(at: now, path: "s", attempt: 1, host: "h", Event.StepOutput(text: $0)) }
      + [Event(at: now, path: "s", attempt: 1, host: "h", Event.StepSucceeded(result: result, outcome: .executed))]
  }

  private static let line = String(repeating: "a line of output\n", count: 1000)
  private static let unended = String(line.dropLast())
  private static let long = String(repeating: "x", count: 70_000)
  private static let bytes = [UInt8](repeating: 0xFF, count: 9000)

  struct Case: Sendable, CustomTestStringConvertible {
    var texts: [Value]
    var result: Value
    var isOnce = true
    var testDescription: String { "\(texts.count) pieces, " + "\(result)".prefix(60) }
  }

  private static let cases: [Case] = [
    Case(texts: [.string(unended)], result: .string(line)),
    Case(texts: [.string(unended), .string("end")], result: .string(line + "end")),
    Case(texts: [.string("before"), .string(unended)], result: .object(["stdout": .string(line), "status": 0])),
    // A line that is kept in pieces, as one event and as several.
    Case(texts: [.string(long + "\n" + long)], result: .string(long + long)),
    Case(texts: [.string(long), .string(long)], result: .string(long + long + "\n")),
    Case(texts: [.bytes(bytes), .bytes(bytes)], result: .bytes(bytes + bytes)),
    Case(texts: [.string(unended)], result: .string(line.uppercased()), isOnce: false),
    Case(texts: [.string(unended), .string("else"), .string(unended)], result: .string(line + line), isOnce: false),
  ]

  @Test("is kept once, and is the same when it is read", arguments: cases)
  func once(_ sample: Case) async throws {
    let (texts, result, isOnce) = (sample.texts, sample.result, sample.isOnce)
    try await withTemporaryFolder { folder in
      let path = folder + "/journal.db"
      let store = try await SQLiteJournalStore(path: path, sealer: SecretSealer(.file(folder + "/journal.key")))
      _ = try await store.create(.sample("a"), events: events(texts, result: result))
      let read = try await store.events(of: "a", after: 0)
      #expect(read.last?.content(Event.StepSucceeded.self)?.result == result)
      #expect(try await store.events(of: "a", after: Int64(texts.count + 1)).last == read.last)
      try await store.close()
      let sqlite = try #require(Tool.sqlite)
      let kept = try await sqlite.run(
        path, "SELECT length(payload) < 1000 FROM events WHERE kind = 'step.succeeded'")
      #expect(kept == (isOnce ? "1\n" : "0\n"))
    }
  }
}
