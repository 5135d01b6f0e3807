import Foundation
import Journal
import TestSupport
import Testing
import Values

@testable import Presentation

@Suite("Where a person comes in", .usualTimeLimit)
struct PersonTests {
  private static var asked: Story {
    var story = Story()
    story.begin()
    story.start(0, "get ready", on: "da1")
    story.end(1, "get ready", on: "da1")
    story.tell(2, .approvalRequested, "approve: stop the services?", ["message": "stop the services?"])
    return story
  }

  private func finish(_ story: Story, _ ending: Ending = Ending()) async -> [String] {
    let output = MemoryOutput()
    let tree = LiveTree(
      run: "k3f9x2", runbook: "distribute.lua", state: RunState(), output: output, style: Story.style,
      size: { TerminalSize(columns: 80, rows: 60) }, now: { Story.time(14) }, cursorDescriptor: nil)
    for event in story.events { await tree.show(event) }
    await tree.finish(ending)
    var terminal = TerminalEmulator(columns: 80, rows: 60)
    terminal.write(output.written)
    return terminal.screen
  }

  @Test("a run that waits for a yes says for which one, and how to go on")
  func waiting() async {
    var story = Self.asked
    story.tell(
      2, .runWaiting, "approve: stop the services?", ["reason": "approval", "message": "stop the services?"])
    let next = [NextCommand("runbook resume --yes k3f9x2", "approves it and continues")]
    let screen = await finish(story, Ending(next: next))
    #expect(
      screen.joined(separator: "\n")
        == """
        distribute.lua  k3f9x2  waiting for a person  2.0s    Run in distributed mode
        1 done
        ✓ get ready  da1                                                            1.0s
        ? stop the services?  waiting for approval

        ? Waiting for a person: stop the services?
        1 step is done and will not be done again when the run is resumed.

          runbook resume --yes k3f9x2   approves it and continues
        """)
  }

  @Test("an answered approval stays to be seen, with who gave it")
  func answered() async {
    var story = Self.asked
    story.tell(3, .approvalGranted, "approve: stop the services?", ["by": "anna", "how": "terminal"])
    story.tell(4, .runSucceeded, nil, ["changed": 1, "unchanged": 0])
    #expect(await finish(story).contains("✓ stop the services?  approved by anna"))
    var refused = Self.asked
    refused.tell(3, .approvalRejected, "approve: stop the services?", ["by": "anna", "how": "terminal"])
    #expect(await finish(refused).contains("✗ stop the services?  rejected by anna"))
    let view = RunStatusView(run: Story.record(), state: story.state)
    #expect(
      view.render(columns: 80, at: Story.time(9), style: Story.style).contains(
        "✓ stop the services?  approved by anna"))
  }

  @Test("a run that was stopped says what is in doubt")
  func interrupted() async {
    var story = Story.underWay
    story.tell(11, .runInterrupted, nil, ["reason": "stopped"])
    let screen = await finish(story, Ending(next: [NextCommand("runbook resume k3f9x2", "goes on")]))
    #expect(
      screen.suffix(6) == [
        "! Interrupted.",
        "4 steps are done and will not be done again when the run is resumed.",
        "1 step was begun and has no known outcome: \"workers/da4/stop the services\". A",
        "resume first finds out what happened.", "", "  runbook resume k3f9x2   goes on",
      ])
  }

  @Test("where several steps wait for a person, each is named, and the question says whose it is")
  func severalDoubts() async {
    var story = Story.underWay
    story.start(11, "workers/da3/wait for it", on: "da3")
    for (second, path) in [(11.0, "workers/da3/wait for it"), (12, "workers/da4/stop the services")] {
      story.tell(second, .runWaiting, path, ["reason": "in_doubt", "message": .string("what became of \(path)?")])
    }
    let text = await finish(story, Ending(next: [])).joined(separator: " ")
    #expect(text.contains("Waiting for a person (step \"workers/da4/stop the services\"): what became of"), "\(text)")
    #expect(text.contains("whether 2 steps were carried out"), "\(text)")
    #expect(
      text.contains("\"workers/da4/stop the services\", \"workers/da3/wait for it\""), "\(text)")
  }

  @Test("a run that ended with findings says so, what it has changed, and that it is over")
  func concluded() async {
    var story = Story()
    story.begin()
    story.tell(1, .stepStarted, "change")
    story.tell(2, .stepSucceeded, "change", ["outcome": "executed"])
    let failure = Failure("runbook.findings", "still full", related: [Failure("runbook.findings", "a disk is full")])
    story.tell(3, .runConcluded, nil, ["failure": failure.value])
    let text = await finish(story).joined(separator: "\n")
    for words in ["done, with findings", "✗ still full", "✗ a disk is full", "The run is over: 1 step changed"] {
      #expect(text.contains(words), "\(text)")
    }
    #expect(!text.contains("resumed"), "\(text)")
  }

  @Test("refused findings are listed each on its own, and once it is said that nothing was changed")
  func refused() async {
    var story = Story()
    story.begin()
    let findings = [
      Failure("check.clock", "the clock differs by 75s", host: "da2", hint: "Set the clock."),
      Failure("check.port", "TCP 2377 of da1 can't be reached", host: "da3"),
    ]
    let failure = Failure("run.refused", "2 checks failed; nothing was changed", related: findings)
    story.tell(3, .runRefused, nil, ["failure": failure.value])
    let screen = await finish(story)
    #expect(
      screen.joined(separator: "\n")
        == """
        distribute.lua  k3f9x2  refused, nothing was changed  3.0s    Run in distribute…

        ✗ 2 checks failed; nothing was changed
          code   run.refused

        ✗ da2: the clock differs by 75s
          do     Set the clock.

        ✗ da3: TCP 2377 of da1 can't be reached
        """)
  }

  @Test("a message of the program stands below the tree until the end")
  func message() async {
    let renderer = TreeRenderer(run: "k3f9x2", runbook: "distribute.lua")
    var noticing = renderer
    noticing.notices = ["Stopping at the next safe point."]
    let size = TerminalSize(columns: 80, rows: 8)
    let lines = noticing.render(state: Story.underWay.state, at: Story.time(10), size: size, style: Story.style)
    #expect(lines.count <= 8)
    #expect(lines.last == "Stopping at the next safe point.")
    let output = MemoryOutput()
    let plain = PlainLines(
      run: "k3f9x2", runbook: "distribute.lua", state: RunState(), output: output, style: Story.style, columns: 80,
      now: { Story.time(1) })
    await plain.say("Stopping at the next safe point.")
    #expect(output.written == "08:00:01  -     Stopping at the next safe point.\n")
  }

  @Test("attempts are counted on after a resume, without a wrong allowance")
  func attempts() {
    var story = Story.failed
    for attempt in 3...7 {
      story.start(Double(100 + attempt), "workers/da3/join the manager's swarm", on: "da3", attempt: attempt)
    }
    story.tell(100, .runStarted, nil, ["machine": "ops1", "pid": 1, "user": "anna", "resumed": true])
    let renderer = TreeRenderer(run: "k3f9x2", runbook: "distribute.lua", executionBegan: Story.time(100))
    let size = TerminalSize(columns: 80, rows: 24)
    let lines = renderer.render(state: story.state, at: Story.time(108), size: size, style: Story.style)
    #expect(lines.contains { $0.contains("join the manager's swarm  attempt 7  ") })
  }
}
