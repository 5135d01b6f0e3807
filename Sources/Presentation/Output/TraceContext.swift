import Crypto
import Foundation
import Journal
import Values

/// The IDs under which a run and its steps are one trace for OpenTelemetry, in the forms of W3C Trace Context. They follow
/// from the run, so every execution, and every later command on it, shows the same ones.
package struct TraceContext: Sendable, Hashable {
  /// 32 hexadecimal digits.
  package let traceID: String
  /// The run's own span: 16 hexadecimal digits.
  package let rootID: String
  /// The span that the run is a part of; `nil` where it is a trace of its own.
  package let parentID: String?

  /// The trace of a run.
  ///
  /// - Parameter parent: a `traceparent` header's value, as the environment variable `TRACEPARENT` has it; an invalid
  ///   one is left out.
  package init(_ run: RunRecord, parent: String? = nil) {
    // As precise as the journal keeps it, so that a run which was just made and one that is read are the same.
    let seed = "\(run.id) \(Int64(nearest: run.createdAt.timeIntervalSince1970 * 1e6))"
    let given = parent.flatMap(Self.parse)
    traceID = given?.trace ?? Self.digits(32, of: "trace " + seed)
    parentID = given?.span
    rootID = Self.digits(16, of: "run " + seed)
  }

  /// The span of an event: that of its step's attempt, or the run's own.
  func span(of event: Event) -> (id: String, parent: String?) {
    guard let path = event.path else { return (rootID, parentID) }
    return (Self.digits(16, of: "step \(rootID) \(event.attempt ?? 1) \(path)"), rootID)
  }

  private static func parse(_ text: String) -> (trace: String, span: String)? {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false).map(String.init)
    guard parts.count >= 4, parts[0].count == 2, isDigits(parts[1], 32), isDigits(parts[2], 16) else { return nil }
    return (parts[1], parts[2])
  }

  private static func isDigits(_ text: String, _ count: Int) -> Bool {
    text.utf8.count == count && text.utf8.allSatisfy { "0123456789abcdef".utf8.contains($0) }
      && text.contains { $0 != "0" }
  }

  private static func digits(_ count: Int, of text: String) -> String {
    String(Hexadecimal.encode(SHA256.hash(data: Data(text.utf8))).prefix(count))
  }
}
