import Foundation
import Journal
import Synchronization
import TestSupport
import Testing
import Values

@testable import Presentation

@Suite("Drawing in place", .usualTimeLimit)
struct LiveTreeTests {
  @Test("whatever was shown before, the screen shows the new lines and nothing else")
  func update() {
    let size = TerminalSize(columns: 20, rows: 8)
    var terminal = TerminalEmulator(columns: 20, rows: 8)
    var region = LiveRegion()
    terminal.write("$ runbook run\r\n")
    let full = String(repeating: "x", count: 20)
    let snapshots: [[String]] = [
      ["one"], ["one", "two", "three"], [full, "two", full], ["one"], [], ["a", "b", "c", "d", "e", "f", "g"],
      ["a", "z"],
    ]
    for snapshot in snapshots {
      terminal.write(region.update(snapshot.map { Line($0) }, size: size, style: Story.style))
      #expect(terminal.screen.suffix(snapshot.count) == snapshot[...])
      #expect(!terminal.screen.dropLast(snapshot.count).contains { $0 != "$ runbook run" })
    }
    #expect(terminal.unknown.isEmpty)
  }

  @Test("lines that did not change are not written again")
  func frugal() {
    let size = TerminalSize(columns: 40, rows: 10)
    var region = LiveRegion()
    _ = region.update([Line("first"), Line("second")], size: size, style: Story.style)
    let text = region.update([Line("first"), Line("changed")], size: size, style: Story.style)
    #expect(!text.contains("first"))
    #expect(text.contains("changed"))
    #expect(region.update([Line("first"), Line("changed")], size: size, style: Story.style).isEmpty)
  }

  @Test("what is typed while a run goes on does not stay between the pictures")
  func typed() {
    let size = TerminalSize(columns: 20, rows: 8)
    var terminal = TerminalEmulator(columns: 20, rows: 8)
    var region = LiveRegion()
    terminal.write(region.update([Line("one")], size: size, style: Story.style))
    terminal.write("^C")
    terminal.write(region.update([Line("two")], size: size, style: Story.style))
    #expect(terminal.screen == ["two"])
  }

  @Test("never more lines than the terminal has rows")
  func height() {
    let size = TerminalSize(columns: 20, rows: 5)
    var terminal = TerminalEmulator(columns: 20, rows: 5)
    var region = LiveRegion()
    for round in 0..<4 {
      let lines = (0..<9).map { Line("\(round).\($0)") }
      terminal.write(region.update(lines, size: size, style: Story.style))
    }
    #expect(terminal.screen == ["3.0", "3.1", "3.2", "3.3"])
  }

  @Test("while no step is under way the time goes on, and the first line says what the run is busy with")
  func betweenSteps() async throws {
    let output = MemoryOutput(), seconds = Mutex(0.0)
    let tree = LiveTree(
      run: "k3f9x2", runbook: "distribute.lua", state: RunState(), output: output, style: Story.style,
      size: { TerminalSize(columns: 80, rows: 40) },
      now: {
        seconds.withLock {
          $0 += 1
          return Story.time($0)
        }
      }, cursorDescriptor: nil)
    for event in Story.succeeded.events.prefix(2) { await tree.show(event) }
    await tree.show(Event(at: Story.time(0), kind: .runPhase, payload: ["text": "looking at the hosts"]))
    /// The times that were shown, each once.
    func times() -> Set<Substring> { Set(output.written.matches(of: /running  [0-9.]+s/).map(\.output)) }
    try await eventually { times().count >= 3 }
    var terminal = TerminalEmulator(columns: 80, rows: 40)
    terminal.write(output.written)
    #expect(terminal.screen.count == 1)
    #expect(terminal.screen.first?.hasSuffix("s    looking at the hosts") == true)
    await tree.finish(Ending())
  }

  @Test("at the end the whole tree, the list of what to do, and how it ended stay on the screen")
  func ending() async {
    let output = MemoryOutput()
    let tree = LiveTree(
      run: "k3f9x2", runbook: "distribute.lua", state: RunState(), output: output, style: Story.style,
      size: { TerminalSize(columns: 80, rows: 40) }, now: { Story.time(14) }, cursorDescriptor: nil)
    for event in Story.succeeded.events { await tree.show(event) }
    await tree.finish(Ending())
    var terminal = TerminalEmulator(columns: 80, rows: 40)
    terminal.write(output.written)
    #expect(terminal.unknown.isEmpty)
    #expect(
      terminal.screen.joined(separator: "\n")
        == """
        distribute.lua  k3f9x2  done  14.0s    Run in distributed mode
        6 done
        ✓ get the cluster join token  da1                                           0.2s
        ✓ workers                                                                  13.8s
          ✓ da2                                                                     3.3s
            ✓ stop the services                                                     1.2s
            ✓ join the manager's swarm                                              2.1s
          ✓ da3                                                                    13.8s
            ✓ stop the services  already so                                         1.4s
            ✓ join the manager's swarm  attempt 2/5                                12.4s
          ✓ da4                                                                    12.8s
            ✓ stop the services                                                    12.8s

        Enter these addresses in the administration:
          [ ] access point on da2: 10.77.0.2

        ✓ Done in 14.0s: 4 steps changed something, 1 was already so, 1 only read.
        """)
  }

  @Test("a failed run ends with a report and the command that resumes")
  func failed() async {
    let output = MemoryOutput()
    let tree = LiveTree(
      run: "k3f9x2", runbook: "distribute.lua", state: RunState(), output: output, style: Story.style,
      size: { TerminalSize(columns: 80, rows: 60) }, now: { Story.time(20) }, cursorDescriptor: nil)
    for event in Story.failed.events { await tree.show(event) }
    let next = [NextCommand("runbook resume k3f9x2", "go on where it stopped")]
    await tree.finish(Ending(sources: Story.sources, next: next))
    var terminal = TerminalEmulator(columns: 80, rows: 60)
    terminal.write(output.written)
    let screen = terminal.screen
    #expect(screen.last == "  runbook resume k3f9x2   go on where it stopped")
    #expect(screen.contains("✗ da3: the node did not join in time"))
    #expect(screen.contains("         swarm.join(worker, { token = token })"))
  }

  @Test("a paused tree leaves the screen to a question and comes back below it")
  func pause() async {
    let output = MemoryOutput()
    let tree = LiveTree(
      run: "k3f9x2", runbook: "distribute.lua", state: RunState(), output: output, style: Story.style,
      size: { TerminalSize(columns: 80, rows: 60) }, now: { Story.time(20) }, cursorDescriptor: nil)
    for event in Story.underWay.events { await tree.show(event) }
    await tree.pause()
    output.write("Go on? yes\r\n")
    await tree.resume()
    await tree.finish(Ending())
    var terminal = TerminalEmulator(columns: 80, rows: 60)
    terminal.write(output.written)
    #expect(terminal.screen.first == "Go on? yes")
    #expect(terminal.screen.dropFirst().first?.hasPrefix("distribute.lua  k3f9x2") == true)
    #expect(terminal.screen.count { $0.hasPrefix("distribute.lua") } == 1)
  }
}
