import Foundation
import Journal
import TestSupport
import Testing
import Values

/// Who may ask, from where.
@Suite("What the page refuses", .usualTimeLimit) struct GuardTests {
  @Test("nothing is shown before the login, and a wrong token is refused")
  func login() async throws {
    try await Site.serve { site in
      try await site.run("k3f9x2", [(.runStarted, nil, [:])])
      for path in ["/", "/runs/k3f9x2", "/runs/k3f9x2/report"] {
        let answer = try await site.curl(path)
        #expect(answer.status == 303)
        #expect(!answer.text.contains("distribute.lua"))
      }
      #expect(try await site.curl("/events").status == 401)
      #expect(try await site.curl("/?token=\(Site.token)").status == 303)
      let wrong = try await site.post("/login", ["token": "0123456789abcdef0123456789abcdeX", "name": "ann"])
      #expect(wrong.status == 403)
      #expect(!wrong.text.contains("Set-Cookie"))
      let right = try await site.logIn()
      #expect(right.status == 303)
      #expect(right.text.contains("SameSite=Strict") && right.text.contains("HttpOnly"))
      #expect(!right.text.contains(Site.token))
      #expect(try await site.curl("/").text.contains("k3f9x2"))
      #expect(try await site.curl("/runs/none").status == 404)
      #expect(try await site.post("/logout", ["form": site.formToken(on: "/")]).status == 303)
      #expect(try await site.curl("/").status == 303)
    }
  }

  @Test("a form of another page, or of another session, does nothing")
  func forgery() async throws {
    try await Site.serve { site in
      try await site.run("k3f9x2", [(.runStarted, nil, [:])])
      _ = try await site.logIn()
      let token = try await site.formToken(on: "/runs/k3f9x2")
      #expect(token.count == 64)
      let elsewhere = ["http://evil.example", "null", "http://localhost:1"]
      for origin in elsewhere {
        let answer = try await site.post("/runs/k3f9x2/pause", ["form": token], origin: origin)
        #expect(answer.status == 403, "\(origin)")
      }
      #expect(try await site.curl("/runs/k3f9x2/pause", "--data", "form=\(token)").status == 403)
      for wrong in ["", String(repeating: "0", count: 64)] {
        #expect(try await site.post("/runs/k3f9x2/pause", ["form": wrong]).status == 403)
      }
      #expect(try await site.state(of: "k3f9x2").pause == nil)
      #expect(try await site.post("/runs/k3f9x2/pause", ["form": token]).status == 303)
      #expect(try await site.state(of: "k3f9x2").pause?.by == "ann")
    }
  }

  @Test("only its own names are answered to, so that another name can't be made to point here")
  func names() async throws {
    try await Site.serve(names: ["ops.example"]) { site in
      for (name, status) in [("evil.example", 421), ("ops.example", 200), ("LOCALHOST:80", 200)] {
        let answer = try await site.curl("/login", "--header", "Host: \(name)")
        #expect(answer.status == status, "\(name)")
      }
    }
  }

  @Test("every answer forbids foreign scripts, frames and copies")
  func headers() async throws {
    try await Site.serve { site in
      for path in ["/login", "/", "/style.css", "/page.js", "/nothing"] {
        let text = try await site.curl(path).text
        for words in [
          "default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "Cache-Control: no-store", "nosniff",
        ] { #expect(text.contains(words), "\(path) \(words)") }
      }
    }
  }

  @Test("for looking only: no form but the one to log out, and nothing is done")
  func readOnly() async throws {
    try await Site.serve(isReadOnly: true) { site in
      try await site.run("k3f9x2", [(.runStarted, nil, [:])])
      _ = try await site.logIn()
      let page = try await site.curl("/runs/k3f9x2")
      #expect(page.status == 200)
      #expect(page.text.components(separatedBy: "<form").count == 2)
      let token = try await site.formToken(on: "/")
      for action in ["pause", "unpause", "approve", "reject"] {
        #expect(try await site.post("/runs/k3f9x2/\(action)", ["form": token]).status == 403)
      }
      #expect(try await site.state(of: "k3f9x2").pause == nil)
    }
  }

  @Test("who tries tokens has to wait, and who has the right one does not")
  func attempts() async throws {
    try await Site.serve { site in
      for _ in 0..<9 { #expect(try await site.post("/login", ["token": "wrong", "name": "x"]).status == 403) }
      #expect(try await site.logIn().status == 303)
      for _ in 0..<10 { #expect(try await site.post("/login", ["token": "wrong", "name": "x"]).status == 403) }
      let refused = try await site.logIn()
      #expect(refused.status == 429 && refused.text.contains("wait a minute"), "\(refused)")
    }
  }

  @Test("of one session only so many live pages are open, and a closed one gives its place back")
  func livePages() async throws {
    try await Site.serve { site in
      try await site.run("k3f9x2", [(.runStarted, nil, [:])])
      _ = try await site.logIn()
      try await withThrowingTaskGroup(of: Int.self) { group in
        for _ in 0..<12 { group.addTask { try await site.curl("/runs/k3f9x2/events", "--max-time", "6").status } }
        var statuses: [Int] = []
        for try await status in group { statuses.append(status) }
        #expect(statuses.count { $0 == 503 } == 2 && statuses.count { $0 == 200 } == 10, "\(statuses)")
      }
      // The places of those that have left are found free as soon as the server has noticed.
      while try await site.curl("/runs/k3f9x2/events", "--max-time", "2").status != 200 {}
    }
  }
}
