import Foundation
import Journal
import TestSupport
import Testing
import Values

@testable import Presentation

@Suite("A run that was rolled back", .usualTimeLimit)
struct RollbackTests {
  private func event(_ kind: EventKind, _ path: String? = nil, _ payload: [String: Value] = [:]) -> Event {
    Event(sequence: 1, at: Story.beginning, kind: kind, path: path, payload: .object(payload))
  }

  private var events: [Event] {
    [
      event(.runCreated), event(.runStarted), event(.stepStarted, "a"),
      event(.stepSucceeded, "a", ["outcome": "executed"]),
      event(.runNote, nil, ["title": "Enter these", "items": ["10.0.0.1"]]), event(.runSucceeded),
      event(.runStarted, nil, ["rollback": true]), event(.stepStarted, "rollback/a"),
      event(.stepSucceeded, "rollback/a", ["outcome": "executed"]),
    ]
  }

  @Test("its state tells that it is being undone, and then that it is over")
  func state() {
    var state = RunState(events: events)
    #expect(state.isRollingBack)
    #expect(state.status == .running)
    state.apply(event(.runRolledBack))
    #expect(state.status == .rolledBack)
    #expect(state.status.isOver)
    #expect(StatusText(state.status).words == "rolled back")
    #expect(!StatusText(state.status).canBeResumed)
  }

  @Test("what was to be done after the run is not asked for any more")
  func notes() {
    let state = RunState(events: events + [event(.runRolledBack)])
    let lines = EndingView(state: state, ending: Ending(), style: Story.style).lines(columns: 80)
      .map { $0.text(Story.style) }
    #expect(!lines.contains { $0.contains("10.0.0.1") })
    #expect(lines.contains { $0.contains("Rolled back") })
    #expect(
      PlainText.wrapped("a question that is long", to: 12) == ["a question", "that is long"])
  }

  @Test("its view names the command that goes on undoing, not the one that goes forward")
  func next() {
    let state = RunState(events: events + [event(.runInterrupted)])
    let record = RunRecord(
      id: "r1", runbook: "a.lua", runbookPath: "/a.lua", inventoryPath: nil, parameters: [:],
      createdAt: Story.beginning, user: "anna", machine: "ops1", files: [])
    let text = RunStatusView(run: record, state: state, executorIsGone: false)
      .render(columns: 80, at: Story.beginning, style: Story.style).joined(separator: "\n")
    #expect(text.contains("runbook rollback r1"))
    #expect(!text.contains("runbook resume"))
  }
}
