import Foundation
import Journal
import Presentation
import Report

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
