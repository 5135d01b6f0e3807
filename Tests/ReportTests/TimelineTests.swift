import Foundation
import Journal
import TestSupport
import Testing

@testable import Report

@Suite("The timeline of a run", .usualTimeLimit)
struct TimelineTests {
  private let timeline = Timeline(events: Story.events)

  @Test("each attempt has a bar on its host, with how it ended; one that was cut off has no outcome")
  func bars() throws {
    #expect(timeline.rows.map(\.host) == [nil, "da1", "da2"])
    let joins = timeline.rows[2].lanes.flatMap(\.self)
    #expect(joins.map(\.attempt) == [1, 2, 3])
    #expect(joins.map(\.how) == [.failed, .open, .changed])
    // It was at work until the last that is known of that execution.
    #expect(joins[1].start == Story.at(8))
    #expect(joins[1].end == Story.at(9))
    #expect(joins[2].end == Story.at(3613))
  }

  @Test("steps that overlap on a host stand in lanes of their own")
  func lanes() {
    let events = [
      Story.event(0, .runStarted),
      Story.event(0, .stepStarted, "a", host: "da1"), Story.event(1, .stepStarted, "b", host: "da1"),
      Story.event(2, .stepSucceeded, "a", host: "da1"), Story.event(2, .stepStarted, "c", host: "da1"),
      Story.event(3, .stepSucceeded, "b", host: "da1"), Story.event(4, .stepSucceeded, "c", host: "da1"),
    ]
    let row = Timeline(events: events).rows[0]
    #expect(row.lanes.map { $0.map(\.path) } == [["a", "c"], ["b"]])
  }

  @Test("hosts are in the order of their numbers")
  func order() {
    let events =
      [Story.event(0, .runStarted)]
      + ["da10", "da2", "da1"].flatMap { host in
        [Story.event(1, .stepStarted, host, host: host), Story.event(2, .stepSucceeded, host, host: host)]
      }
    #expect(Timeline(events: events).rows.map(\.host) == ["da1", "da2", "da10"])
  }

  @Test("the axis shows executions in scale and cuts the pause between them out")
  func axis() {
    let axis = TimeAxis(timeline.executions)
    #expect(timeline.executions.count == 2)
    // 9 s and 5 s share what a pause of an hour leaves.
    #expect(abs(axis.position(of: Story.at(0))) < 0.001)
    #expect(abs(axis.position(of: Story.at(9)) - 0.98 * 9 / 14) < 0.001)
    #expect(axis.position(of: Story.at(1800)) == axis.position(of: Story.at(9)))
    #expect(abs(axis.position(of: Story.at(3609)) - (0.98 * 9 / 14 + 0.02)) < 0.001)
    #expect(abs(axis.position(of: Story.at(3614)) - 1) < 0.001)
    #expect(axis.breaks.map(\.date) == [Story.at(3609)])
    #expect(!axis.marks.isEmpty)
    #expect(zip(axis.marks, axis.marks.dropFirst()).allSatisfy { $1.position - $0.position > 0.07 })
  }

  @Test("a run of which nothing was executed has no row")
  func empty() {
    let timeline = Timeline(events: [Story.event(0, .runCreated)])
    #expect(timeline.rows.isEmpty)
    #expect(TimeAxis(timeline.executions).marks.isEmpty)
  }

  @Test("a clock that was set back does not turn bars around")
  func clockSetBack() {
    let events = [
      Story.event(10, .runStarted), Story.event(10, .stepStarted, "a"), Story.event(5, .stepSucceeded, "a"),
    ]
    let bar = Timeline(events: events).rows[0].lanes[0][0]
    #expect(bar.start == bar.end)
  }
}
