import Foundation
import Journal
import TestSupport
import Testing
import Values

@testable import Presentation

@Suite("A saved plan", .usualTimeLimit)
struct PlanDocumentTests {
  private static let snapshot = SwarmSnapshot(
    hosts: [.init(name: "da1", state: "active", isManager: true, nodeID: "n1")],
    swarms: [
      .init(
        id: "c1", name: "da1",
        nodes: [
          .init(id: "n1", hostname: "h", role: "manager", availability: "active", state: "ready", labels: ["a": "b"])
        ], services: [])
    ])

  static func document(_ steps: [PlannedStep] = steps) -> PlanDocument {
    PlanDocument(
      view: PlanView(runbook: "a.lua", summary: "Does a", steps: steps, notes: ["n"]),
      parameters: ["wait": .number(60), "token": .secret(Secret("hunter2"))],
      files: [
        RunFile(role: .runbook, name: "/x/a.lua", text: "1"), RunFile(role: .module, name: "m", text: "2"),
      ], snapshot: snapshot)
  }

  private static let steps = [
    PlannedStep(
      path: "one", host: "da1", commands: [ProcedureCommand(on: "da1", "docker swarm leave")], verdict: .change),
    PlannedStep(path: "two", verdict: .unknown(after: "one"), note: "later"),
    PlannedStep(path: "three", verdict: .reads),
  ]

  @Test("what a plan can't know is told once a line, by file and step, with the findings of that way")
  func uncertainties() {
    func decision(_ file: String, _ line: Int, _ after: String?) -> PlanUncertainty {
      .decision(SourceLocation(file: file, line: line), after: after)
    }
    let notes = PlanView.notes(on: [
      decision("a.lua", 3, "da1/join"), decision("a.lua", 3, "da2/join"), decision("a.lua", 7, "da1/join"),
      decision("b.lua", 3, nil), .findings(Failure("x", "it was bad", related: [Failure("y", "said b")])),
    ])
    #expect(
      notes == [
        "open: the runbook decides by what only a run can find out: a.lua:3, 7 (after \"da1/join\"); b.lua:3. "
          + "The plan shows one path; a run may take another.",
        "open: a run that takes this path ends with findings: it was bad: said b",
      ])
    #expect(PlanView.notes(on: []).isEmpty)
    let many = PlanView.notes(on: (1...20).map { decision("\($0).lua", 1, nil) })
    #expect(many.count == 1 && many[0].contains("8.lua:1 and 12 more"))
  }

  private func differences(_ change: (inout PlanDocument) -> Void) throws -> [String] {
    let saved = try PlanDocument(text: try Self.document().json(), file: "p.json")
    var now = Self.document()
    change(&now)
    return PlanComparison(saved: saved, now: now).differences
  }

  @Test("it comes back as it was, and two of the same state are the same text without a secret in it")
  func roundTrip() throws {
    let text = try Self.document().json()
    #expect(try PlanDocument(text: text, file: "p.json") == Self.document())
    #expect(text == (try Self.document().json()))
    #expect(!text.contains("hunter2"))
    #expect(try differences { _ in }.isEmpty)
  }

  @Test("as JSON it counts the verdicts and names the step after which more is known")
  func members() throws {
    let text = try Self.document().json()
    let object = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    #expect(object["counts"] as? [String: Int] == ["change": 1, "already_so": 0, "reads": 1, "unknown": 1])
    let steps = try #require(object["steps"] as? [[String: Any]])
    #expect(steps.map { $0["verdict"] as? String } == ["change", "unknown", "reads"])
    #expect(steps[1]["known_after"] as? String == "one")
  }

  @Test("what is not as planned is told: files, parameters, hosts, steps, verdicts, commands")
  func told() throws {
    #expect(try differences { $0.files[1].digest = "0" } == ["the module m was edited"])
    #expect(
      try differences { $0.parameters["wait"] = .integer(30) }
        == ["the parameter wait is planned as 60, but is 30 now"])
    #expect(
      try differences { $0.snapshot?.swarms[0].nodes[0].labels = [:] } == ["da1: has lost the label a=b"])
    #expect(
      try differences { $0.view.steps[0].verdict = .alreadySo }
        == ["the step \"one\" changes something in the plan, but is already so now"])
    #expect(
      try differences { $0.view.steps[0].commands[0].text = "docker swarm leave --force" }
        == ["the step \"one\" is planned as `docker swarm leave`, but is `docker swarm leave --force` now"])
    #expect(
      try differences {
        $0.view.steps[2].path = "four"
      } == [
        "the step \"three\" is planned, but does not come up now", "the step \"four\" is not in the plan",
      ])
    #expect(try differences { $0.view.steps.swapAt(0, 2) } == ["the steps come in a different order"])
  }

  @Test(
    "what is no plan, one of a later format and a damaged one are refused with what to do",
    arguments: [
      "", "{}", "[1]", #"{"format": 2, "runbook": "a", "steps": []}"#,
      #"{"format": 1, "runbook": "a", "steps": [{"path": "x", "verdict": "maybe"}]}"#,
    ])
  func refused(_ text: String) {
    let failure = #expect(throws: Failure.self) { try PlanDocument(text: text, file: "p.json") }
    #expect(failure?.code == .planUnreadable && failure?.message.contains("p.json") == true)
    #expect(failure?.hint?.isEmpty == false)
  }
}
