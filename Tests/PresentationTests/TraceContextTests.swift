import Foundation
import Journal
import TestSupport
import Testing

@testable import Presentation

@Suite("A run as a trace", .usualTimeLimit)
struct TraceContextTests {
  private static let parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"

  private func event(_ path: String?, _ attempt: Int? = nil) -> Event {
    Event(at: Story.time(0), kind: .stepStarted, path: path, attempt: attempt)
  }

  private func isHexadecimal(_ text: String, _ count: Int) -> Bool {
    text.count == count && text.allSatisfy { $0.isHexDigit && !$0.isUppercase } && text.contains { $0 != "0" }
  }

  @Test("the same run has the same IDs each time, another one has others")
  func same() {
    let trace = TraceContext(Story.record())
    #expect(isHexadecimal(trace.traceID, 32) && isHexadecimal(trace.rootID, 16))
    #expect(trace == TraceContext(Story.record()))
    #expect(trace.traceID != TraceContext(Story.record("abc234")).traceID)
    #expect(trace.traceID != TraceContext(Story.record(at: 5)).traceID)
  }

  @Test("each attempt of a step is a span below the run's")
  func spans() {
    let trace = TraceContext(Story.record())
    let spans = [event("a", 1), event("a", 2), event("b", 1)].map { trace.span(of: $0) }
    #expect(Set(spans.map(\.id)).count == 3 && spans.allSatisfy { isHexadecimal($0.id, 16) })
    #expect(spans.allSatisfy { $0.parent == trace.rootID })
    #expect(trace.span(of: event(nil)).id == trace.rootID && trace.span(of: event(nil)).parent == nil)
  }

  @Test("within another trace it is a part of that one; what is no traceparent is left out")
  func parent() {
    let trace = TraceContext(Story.record(), parent: Self.parent)
    #expect(trace.traceID == "0af7651916cd43dd8448eb211c80319c")
    #expect(trace.span(of: event(nil)).parent == "b7ad6b7169203331")
    for text in ["", "00-0-0-0", "00-\(String(repeating: "0", count: 32))-b7ad6b7169203331-01", "x"] {
      #expect(TraceContext(Story.record(), parent: text) == TraceContext(Story.record()))
    }
  }
}
