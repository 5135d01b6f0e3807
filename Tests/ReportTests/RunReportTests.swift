import Foundation
import Journal
import TestSupport
import Testing
import Values

@testable import Report

@Suite("The report of a run", .usualTimeLimit)
struct RunReportTests {
  private func html(_ events: [Event] = Story.events) throws -> String {
    try RunReport(run: Story.record, events: events, timeZone: Story.zone).html(at: Story.at(4000))
  }

  @Test("it tells the outcome, who agreed, each attempt, the commands and their output")
  func content() throws {
    let html = try html()
    for words in [
      "2026-11-21 02:00, by ann on ops", "2 steps changed something, 1 only read.", "Is there a backup?",
      "bob by a command of its own", "$ docker swarm join --token ‹secret› 10.0.0.1:2377", "context deadline exceeded",
      "attempt 1 failed at 02:00:07", "da2  This node joined &amp; is up", "not tried: UDP 4789", "da2: 10.0.0.2",
      "resumed 2026-11-21 03:00", "in 2 executions",
    ] { #expect(html.contains(words), "\(words)") }
  }

  @Test("how the hosts stood before and after is told side by side")
  func swarms() throws {
    func snapshot(_ moment: SnapshotMoment, _ labels: [String: String]) throws -> Event {
      let node = SwarmSnapshot.Node(
        id: "n1", hostname: "h", role: "manager", availability: "drain", state: "ready", labels: labels)
      let snapshot = SwarmSnapshot(
        hosts: [.init(name: "da1", state: "active", isManager: true, nodeID: "n1")],
        swarms: [
          .init(
            id: "c", name: "da1", nodes: [node],
            services: [.init(name: "da_<admin>", image: "i", replicas: 1, nodeIDs: ["n1"])])
        ])
      return Story.event(
        0, .runSnapshot, with: ["moment": .string(moment.rawValue), "snapshot": try snapshot.value()])
    }
    #expect(try !html().contains("before and after"))
    let begun = try html([try snapshot(.before, ["da-admin": "true"])])
    #expect(begun.contains("the run has not ended"))
    let both = try html([try snapshot(.before, ["da-admin": "true"]), try snapshot(.after, ["rack": "7"])])
    for words in [
      "The swarm before and after", "<code>da-admin=true</code>", "<code>rack=7</code>", "da_&lt;admin&gt;", "drain",
      "alone in a swarm of its own", "<tr class=\"changed\">",
    ] { #expect(both.contains(words), "\(words)") }
  }

  @Test("text from hosts and files stays text")
  func escaping() throws {
    let html = try html()
    #expect(html.contains("the join did not end &lt;in time&gt;"))
    #expect(html.contains("-- &lt;b&gt;"))
    #expect(!html.contains("<in time>"))
    #expect(!html.contains("\u{1B}"))
  }

  @Test("no secret is in it")
  func secrets() throws {
    let html = try html()
    #expect(!html.contains(Story.token))
    #expect(html.contains("‹secret›"))
  }

  @Test("a run that failed begins with why, where and what to do")
  func failed() throws {
    var failure = Story.failure
    failure.location = SourceLocation(file: "distribute.lua", line: 1)
    let html = try html(
      Story.events.dropLast(3) + [Story.event(3615, .runFailed, with: ["failure": failure.value])])
    #expect(html.contains("da2: the join did not end"))
    #expect(html.contains("open TCP 2377 on da1"))
    #expect(html.contains("distribute.lua:1"))
    #expect(html.contains("failed (can be resumed)"))
  }

  @Test("steps of one scope stand together, also where others came between")
  func groups() throws {
    let events =
      [Story.event(0, .runStarted)]
      + ["da1/a", "da2/a", "da1/b", "c", "d"].flatMap { path in
        [Story.event(1, .stepStarted, path), Story.event(2, .stepSucceeded, path)]
      }
    let html = try html(events)
    #expect(html.components(separatedBy: "class=\"scope\"").count - 1 == 3)
    let locations = ["da1", "da2", "the runbook itself"].compactMap {
      html.range(of: "colspan=\"5\">\($0)<")?.lowerBound
    }
    #expect(locations.count == 3)
    #expect(locations == locations.sorted())
  }
}
