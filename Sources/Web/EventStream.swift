import Foundation
import Hummingbird

/// Parts of a page, sent over server-sent events whenever they have changed.
enum EventStream {
  /// How often the journal is read: SQLite does not report what another process writes.
  private static let interval = Duration.milliseconds(500)
  /// After this long without news a comment is sent, so that a lost connection is noticed.
  private static let silence = Duration.seconds(15)
  /// No response lasts longer; a browser connects again by itself.
  private static let longest = Duration.seconds(1800)

  /// A response that lasts until the browser leaves, the server ends, or `parts` gives `nil`.
  ///
  /// - Parameter parts: makes a function that gives the parts' HTML by their IDs.
  /// - Parameter seat: is held as long as the response lasts.
  static func response(
    to request: Request, seat: LiveRoom.Seat, parts: @escaping @Sendable () async throws -> [String: String]?
  ) -> Response {
    Response(
      status: .ok, headers: [.contentType: "text/event-stream"],
      body: ResponseBody { writer in
        try await request.body.consumeWithCancellationOnInboundClose { _ in
          var sent: [String: String] = [:]
          var spoke = ContinuousClock.now
          let end = spoke + longest
          defer { withExtendedLifetime(seat) {} }
          while ContinuousClock.now < end, let parts = try await parts() {
            let changed = parts.filter { sent[$0.key] != $0.value }
            if !changed.isEmpty {
              let data = try JSONEncoder().encode(changed)
              try await writer.write(
                ByteBuffer(string: "event: parts\ndata: \(String(decoding: data, as: UTF8.self))\n\n"))
              sent = parts
              spoke = .now
            } else if ContinuousClock.now - spoke > silence {
              try await writer.write(ByteBuffer(string: ": still here\n\n"))
              spoke = .now
            }
            try await Task.sleep(for: interval)
          }
        }
        try await writer.finish(nil)
      })
  }
}
