import Foundation
import Journal
import TestSupport
import Testing
import Values

@testable import Presentation

@Suite("What earlier runs lead to expect", .usualTimeLimit)
struct ExpectedTimesTests {
  /// A run of two steps that take so long.
  private func run(_ first: Double, _ second: Double, ending: EventKind = .runSucceeded) -> RunState {
    var story = Story()
    story.begin()
    story.start(0, "a", on: "da1")
    story.end(first, "a", on: "da1")
    story.start(first, "b", on: "da1")
    story.end(first + second, "b", on: "da1")
    story.tell(first + second, ending, nil, [:])
    return story.state
  }

  private var expected: ExpectedTimes { ExpectedTimes(from: [run(2, 8), run(100, 10), run(4, 6)]) }

  private func began(_ seconds: Double = 0) -> Story {
    var story = Story()
    story.begin()
    story.start(seconds, "a", on: "da1")
    return story
  }

  @Test("a step is expected to take the median of what it took in runs that succeeded")
  func median() {
    #expect(expected.duration(of: "a") == 4 && expected.duration(of: "b") == 8 && expected.total == 10)
    #expect(expected.duration(of: "c") == nil)
    let failed = ExpectedTimes(from: [run(2, 8, ending: .runFailed)])
    #expect(failed.duration(of: "a") == nil && failed.total == nil)
    #expect(ExpectedTimes(from: [run(2, 8), run(4, 6)]).duration(of: "a") == 3)
  }

  @Test("a bar moves with the time that steps take, and never says that one is done before it is")
  func progress() {
    var story = began()
    #expect(expected.progress(of: story.state, at: Story.time(2)) == 2.0 / 12)
    #expect(expected.progress(of: story.state, at: Story.time(1000)) == 3.6 / 12)
    story.end(5, "a", on: "da1")
    #expect(expected.progress(of: story.state, at: Story.time(5)) == 4.0 / 12)
    #expect(expected.remaining(of: story.state, at: Story.time(5)).map { Int($0.rounded()) } == 7)
    #expect(ExpectedTimes().progress(of: story.state, at: Story.time(5)) == nil)
  }

  @Test(
    "the tree shows bar, time left and the usual duration, and marks a step that takes longer", arguments: [80, 200])
  func shown(_ columns: Int) {
    var renderer = TreeRenderer(run: "k3f9x2", runbook: "distribute.lua", executionBegan: Story.beginning)
    renderer.view.expected = expected
    let size = TerminalSize(columns: columns, rows: 24)
    let early = renderer.render(state: began().state, at: Story.time(3), size: size, style: Story.ascii)
    #expect(early[0].contains("3.0s of about 10.0s"))
    #expect(early[1].hasPrefix("###") && early[1].contains("25%, about 8s left") && early[1].hasSuffix("1 running"))
    #expect(early[2].contains("a  da1  usually 4.0s"))
    let late = renderer.render(state: began().state, at: Story.time(30), size: size, style: Story.ascii)
    #expect(late[2].contains("takes longer than usual: 4.0s"))
    #expect((early + late).allSatisfy { DisplayWidth.of($0) <= columns })
  }

  @Test("where there is no room for a bar, and where nothing is known, the counts stand alone")
  func narrow() {
    var renderer = TreeRenderer(run: "k3f9x2", runbook: "distribute.lua", executionBegan: Story.beginning)
    let plain = renderer.render(
      state: began().state, at: Story.time(3), size: TerminalSize(columns: 80, rows: 24), style: Story.ascii)
    #expect(plain[1] == "1 running")
    renderer.view.expected = expected
    let narrow = renderer.render(
      state: began().state, at: Story.time(3), size: TerminalSize(columns: 20, rows: 24), style: Story.ascii)
    #expect(narrow[1] == "1 running")
  }

  @Test("verbose shows all output there is room for, of finished steps too; else the newest lines of running ones")
  func verbose() {
    var story = began()
    for number in 1...8 { story.tell(1, .stepOutput, "a", on: "da1", attempt: 1, ["text": .string("line \(number)")]) }
    var renderer = TreeRenderer(run: "k3f9x2", runbook: "distribute.lua", executionBegan: Story.beginning)
    func lines(_ rows: Int, _ state: RunState) -> String {
      renderer.render(
        state: state, at: Story.time(2), size: TerminalSize(columns: 80, rows: rows), style: Story.ascii
      ).joined(separator: "\n")
    }
    #expect(!lines(40, story.state).contains("line 5") && lines(40, story.state).contains("line 6"))
    renderer.view.isVerbose = true
    #expect(lines(40, story.state).contains("line 1"))
    #expect(!lines(8, story.state).contains("line 1\n") && lines(8, story.state).contains("line 8"))
    story.end(2, "a", on: "da1")
    #expect(lines(40, story.state).contains("line 1"))
  }

  @Test("what the keys do stands in the last line, also where the tree is too long")
  func keys() {
    var story = Story()
    story.begin()
    for number in 1...50 { story.start(0, "step \(number)", on: "da1") }
    var renderer = TreeRenderer(run: "k3f9x2", runbook: "distribute.lua", executionBegan: Story.beginning)
    renderer.keys = "p pause"
    let lines = renderer.render(
      state: story.state, at: Story.time(1), size: TerminalSize(columns: 80, rows: 12), style: Story.ascii)
    #expect(lines.count == 12 && lines.last == "p pause")
  }
}
