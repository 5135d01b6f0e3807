import Foundation
import Hummingbird
import Journal
import Presentation
import Report
import Synchronization

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

/// How many live pages are open: each takes a connection, and looks into the journal twice a second.
final class LiveRoom: Sendable {
  /// More are refused.
  static let maximum = 50
  /// The most for one session.
  static let ofOne = 10

  private let open = Mutex<[String: Int]>([:])

  /// The place of one live page, freed when it is released.
  final class Seat: Sendable {
    private let room: LiveRoom
    private let session: String

    fileprivate init(_ room: LiveRoom, _ session: String) { (self.room, self.session) = (room, session) }
    deinit { room.leave(session) }
  }

  func enter(_ session: String) throws -> Seat {
    let isFull = open.withLock { open in
      let own = open[session, default: 0]
      guard own < Self.ofOne, open.values.reduce(0, +) < Self.maximum else { return true }
      open[session] = own + 1
      return false
    }
    if isFull {
      throw Refusal(.serviceUnavailable, "Too many live pages are open; close some, then load this one again.")
    }
    return Seat(self, session)
  }

  private func leave(_ session: String) {
    open.withLock { open in
      let left = open[session, default: 1] - 1
      open[session] = left > 0 ? left : nil
    }
  }
}

/// Follows one run for one page: its events so far, and the parts of the page that they make.
struct RunFollower {
  let journal: WebJournal
  let store: any JournalStore
  let run: RunRecord
  let asks: AskPart
  /// What happened, without the output of commands: the state has its newest lines.
  private var events: [Event] = []
  /// The number of the newest event that was read.
  private var sequence: Int64 = 0
  private var state = RunState()
  private var parts: [String: String] = [:]
  private var isStale = true
  private var rendered = Date.distantPast
  /// How long drawing took, in seconds.
  private var effort = 0.0

  /// How often running steps are drawn again although nothing happened, in seconds.
  private static let pace = 5.0

  init(journal: WebJournal, store: any JournalStore, run: RunRecord, asks: AskPart) {
    self.journal = journal
    self.store = store
    self.run = run
    self.asks = asks
  }

  /// The page's parts by their IDs, as of now.
  mutating func look() async throws -> [String: String] {
    let news = try await store.events(of: run.id, after: sequence)
    sequence = news.last?.sequence ?? sequence
    events += news.filter { $0.kind != .stepOutput }
    for event in news { state.apply(event) }
    isStale = isStale || !news.isEmpty
    let now = Date()
    let age = now.timeIntervalSince(rendered)
    // A page of thousands of steps takes time to draw; it never takes more than a tenth of a core.
    guard isStale && age >= 9 * effort || state.status == .running && age >= Self.pace else { return parts }
    isStale = false
    rendered = now
    let isGone = journal.isGone(run, state, try await store.leases())
    let fragments = try RunFragments(run: run, events: events, state: state, executorIsGone: isGone, at: now)
    parts = Dictionary(
      uniqueKeysWithValues: RunFragments.Part.allCases.map { ($0.rawValue, fragments.html($0)) })
    let summary = RunSummary(run: run, state: state, executorIsGone: isGone)
    parts["ask"] = try asks.html(summary)
    parts["announce"] = asks.announcement(summary)
    effort = Date().timeIntervalSince(now)
    return parts
  }
}
