import Foundation
import Journal
import TestSupport
import Testing
import Values

@testable import Presentation

@Suite("What a tree never does", .usualTimeLimit)
struct TreeLimitsTests {
  private let renderer = TreeRenderer(run: "k3f9x2", runbook: "distribute.lua", executionBegan: Story.beginning)

  private static var nasty: Story {
    var story = Story()
    story.begin()
    for number in 1...30 {
      let path = "日本語 \(number)/e\u{301}😀 \u{1B}[2J\(String(repeating: "長い", count: number))/step \u{202E}\u{7}"
      story.start(Double(number), path, on: "host\u{1B}]0;x\u{7}\(number)")
      story.tell(
        Double(number), .stepOutput, path, on: "h", ["text": .string("\u{1B}[31m\u{9B}2J出力 \(number)\r\nnext")])
      if number % 3 == 0 {
        let failure = Failure("x", "失敗\u{1B}[H: " + String(repeating: "なにか ", count: 40), cause: "\u{1B}[1m原因")
        story.tell(Double(number), .stepFailed, path, on: "h", ["failure": failure.value])
      }
    }
    story.tell(31, .logMessage, nil, ["level": "warning", "text": "\u{1B}[5m警告"])
    return story
  }

  private static let stories: [Story] = [
    Story(), Story.underWay, Story.failed, Story.succeeded, Story.crowd(3), Story.crowd(12), Story.crowd(300), nasty,
  ]

  @Test("no line is wider than the terminal, no picture higher, and no control reaches it", arguments: stories.indices)
  func limits(index: Int) {
    let state = Self.stories[index].state
    for columns in [20, 33, 80] {
      for rows in [4, 9, 24] {
        let size = TerminalSize(columns: columns, rows: rows)
        let lines = renderer.render(state: state, at: Story.time(40), size: size, style: Story.style)
        #expect(lines.count <= rows)
        for line in lines {
          #expect(DisplayWidth.of(line) <= columns)
          #expect(
            line.unicodeScalars.allSatisfy {
              $0.properties.generalCategory != .control && $0.properties.generalCategory != .format
            })
        }
      }
    }
  }

  @Test("colours change nothing but colours")
  func coloursOnly() throws {
    let size = TerminalSize(columns: 80, rows: 24)
    for story in Self.stories {
      let plain = renderer.render(state: story.state, at: Story.time(40), size: size, style: Story.style)
      let coloured = renderer.render(state: story.state, at: Story.time(40), size: size, style: Story.colour)
      #expect(coloured.map { $0.replacing(/\u{1B}\[[0-9;]*m/, with: "") } == plain)
    }
  }

  @Test("a resumed run tells what was done before from what is done now")
  func resumed() {
    var story = Story.failed
    story.tell(100, .runStarted, nil, ["machine": "ops1", "pid": 1, "user": "anna", "resumed": true])
    story.tell(100, .stepReplayed, "get the cluster join token", on: "da1")
    let renderer = TreeRenderer(run: "k3f9x2", runbook: "distribute.lua", executionBegan: Story.time(100))
    let size = TerminalSize(columns: 80, rows: 24)
    func draw(_ story: Story) -> String {
      renderer.render(state: story.state, at: Story.time(101), size: size, style: Story.style).joined(separator: "\n")
    }
    #expect(
      draw(story)
        == """
        distribute.lua  k3f9x2  running  1.0s    Run in distributed mode
        1 not finished before · 5 done
        ✓ get the cluster join token  da1  done before
        ▾ workers
          ✓ da2  2 steps done before
          ▾ da3
            ✓ stop the services  already so, done before
            · join the manager's swarm  not finished before
          ✓ da4  1 step done before
        """)
    story.start(100.5, "workers/da3/join the manager's swarm", on: "da3")
    #expect(
      draw(story)
        == """
        distribute.lua  k3f9x2  running  1.0s    Run in distributed mode
        1 running · 5 done
        ✓ get the cluster join token  da1  done before
        ▾ workers                                                                   0.5s
          ✓ da2  2 steps done before
          ▾ da3                                                                     0.5s
            ✓ stop the services  already so, done before
            ⠋ join the manager's swarm                                              0.5s
          ✓ da4  1 step done before
        """)
  }

  @Test("a step without an outcome is in doubt once nobody is at work")
  func doubt() {
    var story = Story.underWay
    story.tell(11, .runInterrupted, nil, ["reason": "Ctrl-C"])
    let size = TerminalSize(columns: 80, rows: 24)
    let lines = renderer.render(state: story.state, at: Story.time(12), size: size, style: Story.style)
    #expect(lines.contains("    ? stop the services  in doubt: no outcome known"))
    #expect(lines.first?.hasPrefix("distribute.lua  k3f9x2  interrupted (can be resumed)  11.0s") == true)
  }

  @Test("a tree at the border of two levels of detail does not jump to and fro")
  func steady() {
    let state = Story.crowd(12).state
    let style = Story.style
    func level(rows: Int, from last: Int) -> Int {
      var level = last
      let size = TerminalSize(columns: 80, rows: rows)
      _ = renderer.lines(state: state, at: Story.time(4), size: size, style: style, level: &level)
      return level
    }
    let small = level(rows: 18, from: 0)
    let fits = (18...60).first { level(rows: $0, from: 0) < small } ?? 0
    #expect(fits > 18)
    #expect(level(rows: fits, from: small) == small)
    #expect(level(rows: fits * 2, from: small) < small)
  }
}
