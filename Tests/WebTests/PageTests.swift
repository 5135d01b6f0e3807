import Foundation
import Journal
import TestSupport
import Testing
import Values

@Suite("What the page shows and does", .usualTimeLimit) struct PageTests {
  @Test("a run's page has its steps as text, never as markup, and no secret")
  func run() async throws {
    try await Site.serve { site in
      try await site.run(
        "k3f9x2",
        [
          (.runStarted, nil, [:]), (.stepStarted, "workers/da1/join <b>", [:]),
          (.stepOutput, "workers/da1/join <b>", ["text": "<script>alert(1)</script>\u{1B}[31m"]),
          (
            .stepSucceeded, "workers/da1/join <b>",
            ["outcome": "executed", "result": .secret(Secret("SWMTKN-hidden"))]
          ),
        ])
      _ = try await site.logIn()
      let text = try await site.curl("/runs/k3f9x2").text
      #expect(text.contains("join &lt;b&gt;"))
      #expect(text.contains("&lt;script&gt;alert(1)"))
      #expect(!text.contains("<script>alert"))
      #expect(!text.contains("SWMTKN-hidden") && !text.contains("\u{1B}"))
      let report = try await site.curl("/runs/k3f9x2/report").text
      #expect(report.contains("attachment; filename=\"runbook-k3f9x2.html\""))
      #expect(report.contains("join &lt;b&gt;"))
    }
  }

  @Test("what happens is sent to an open page: the parts that changed")
  func live() async throws {
    try await Site.serve { site in
      try await site.run("k3f9x2", [(.runStarted, nil, [:]), (.stepStarted, "first", [:])])
      _ = try await site.logIn()
      async let heard = site.curl("/runs/k3f9x2/events", "--no-buffer", "--max-time", "4")
      // Written while the page is open, as another process does.
      try await site.tell("k3f9x2", .stepSucceeded, "first", ["outcome": "executed"])
      try await site.tell("k3f9x2", .runSucceeded)
      let text = try await heard.text
      #expect(text.contains("text/event-stream"))
      let parts = try text.split(separator: "\n").filter { $0.hasPrefix("data: ") }.map { line in
        try JSONDecoder().decode([String: String].self, from: Data(line.dropFirst(6).utf8))
      }
      #expect(parts.first?.keys.contains("tree") == true)
      #expect(parts.last?["head"]?.contains("done") == true || parts.first?["head"]?.contains("done") == true)
      #expect(parts.contains { $0["tree"]?.contains("first") == true })
    }
  }

  @Test("an approval is recorded with the person's name, and an answer to another question is not")
  func approval() async throws {
    try await Site.serve { site in
      let question: Value = ["message": "Is there a backup?"]
      try await site.run(
        "k3f9x2",
        [
          (.runStarted, nil, [:]), (.approvalRequested, "approve: Is there a backup?", question),
          (.runWaiting, "approve: Is there a backup?", ["reason": "approval", "message": "Is there a backup?"]),
        ])
      _ = try await site.logIn(as: "bob")
      let page = try await site.curl("/runs/k3f9x2").text
      #expect(page.contains("Is there a backup?") && page.contains("id=\"approve\""))
      let token = try await site.formToken(on: "/runs/k3f9x2")
      let other = try await site.post("/runs/k3f9x2/approve", ["form": token, "shown": "approve: Something else?"])
      #expect(other.status == 409)
      #expect(try await site.state(of: "k3f9x2").approvals[0].answer == .none)
      let answer = try await site.post(
        "/runs/k3f9x2/approve", ["form": token, "shown": "approve: Is there a backup?"])
      #expect(answer.status == 303)
      let approval = try await site.state(of: "k3f9x2").approvals[0]
      #expect(approval.answer == .granted)
      #expect(approval.by == "bob")
      #expect(approval.how == "page")
      #expect(try await site.curl("/runs/k3f9x2").text.contains("Continue with: runbook resume k3f9x2"))
    }
  }
}
