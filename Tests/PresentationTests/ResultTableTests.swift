import Foundation
import Journal
import TestSupport
import Testing
import Values

@testable import Presentation

@Suite("A table at the end of a run", .usualTimeLimit)
struct ResultTableTests {
  private func lines(columns: Int) -> [String] {
    let state = RunState(events: [
      Event(
        at: Story.beginning, kind: .runNote,
        payload: [
          "title": "The checks", "headings": ["check", "da1", "da2", "da3"],
          "rows": [["it answers", "ok", "not possible", "ok"], ["its labels", "-", "not possible", "finding"]],
        ])
    ])
    guard let note = state.notes.first else { return [] }
    return ResultTable(note).lines(columns: columns, style: Story.style).map { $0.text(Story.style) }
  }

  @Test("columns stand below their headings")
  func wide() {
    #expect(
      lines(columns: 80) == [
        "The checks",
        "  check       da1  da2           da3",
        "  it answers  ok   not possible  ok",
        "  its labels  -    not possible  finding",
      ])
  }

  @Test("what has no room beside each other comes in parts, each with the first column")
  func narrow() {
    #expect(
      lines(columns: 34) == [
        "The checks",
        "  check       da1  da2",
        "  it answers  ok   not possible",
        "  its labels  -    not possible",
        "",
        "  check       da3",
        "  it answers  ok",
        "  its labels  finding",
      ])
  }

  @Test("a run with findings is over in words of its own, and its table is shown before them")
  func ending() {
    let failure = Failure(
      "runbook.findings", "1 difference", related: [Failure("runbook.findings", "no x", host: "w1")])
    let state = RunState(events: [
      Event(at: Story.beginning, kind: .runCreated),
      Event(
        at: Story.beginning, kind: .runNote,
        payload: ["title": "Hosts", "headings": ["check", "w1"], "rows": [["has x", "finding"]]]),
      Event(at: Story.beginning, kind: .runRefused, payload: ["failure": failure.value]),
    ])
    #expect(StatusText(state).words == "done, with findings")
    #expect(StatusText(state).shortWords == "findings")
    #expect(!StatusText(state).canBeResumed)
    let text = EndingView(state: state, ending: Ending(), style: Story.style).lines(columns: 80)
      .map { $0.text(Story.style) }
    let table = text.firstIndex { $0.contains("has x") }, finding = text.firstIndex { $0.contains("w1: no x") }
    #expect(table != nil && finding != nil)
    if let table, let finding { #expect(table < finding) }
    #expect(text.contains("Nothing was changed."))
  }
}
