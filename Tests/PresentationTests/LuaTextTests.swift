import Foundation
import Journal
import TestSupport
import Testing
import Values

@testable import Presentation

@Suite("Values and calls as Lua would write them", .usualTimeLimit)
struct LuaTextTests {
  @Test("data is written as Lua, with secrets hidden wherever they are, and nothing that moves the cursor")
  func line() {
    let value: Value = [
      "name": "a\"b", "list": [1, 2.5, true], "two words": nil, "token": .secret(Secret("SWMTKN-1")),
      "host": ["$host": "da1"], "deep": ["x": [.secret(Secret("SWMTKN-1"))]],
    ]
    #expect(
      LuaText.line(value)
        == "{ deep = { x = { ‹secret› } }, host = da1, list = { 1, 2.5, true }, name = \"a\\\"b\", token = ‹secret›, "
        + "[\"two words\"] = nil }")
    #expect(LuaText.line("a\u{1B}[2Jb\nc") == "\"a\\27[2Jb\\nc\"")
    #expect(LuaText.line(.string(String(repeating: "x", count: 50)), limit: 10) == "\"xxxxxxxx…")
  }

  @Test("what is too long for a line is broken at its members")
  func lines() {
    let value: Value = [["name": "da1", "role": "manager"], ["name": "da2", "labels": ["a": "1"]]]
    #expect(LuaText.lines(value, columns: 100).count == 1)
    #expect(
      LuaText.lines(value, columns: 30) == [
        "{", "  {", "    name = \"da1\",", "    role = \"manager\",", "  },", "  {", "    labels = { a = \"1\" },",
        "    name = \"da2\",", "  },", "}",
      ])
  }

  @Test("a traced call is one line: when, where, the call, what came of it")
  func trace() {
    let event = Event(
      at: Date(timeIntervalSince1970: 3), kind: .callTraced, path: "workers/da2/join", attempt: 1, host: "da2",
      payload: [
        "primitive": "swarm.join", "location": "a.lua:7", "seconds": 0.0124, "result": "abc",
        "arguments": [
          ["name": "host", "value": "da2"], ["name": "options", "value": ["token": .secret(Secret("SWMTKN-1"))]],
        ],
      ])
    #expect(
      TraceLine(event, style: Story.style).text
        == "00:00:03  da2  workers/da2/join  a.lua:7  swarm.join(\"da2\", { token = ‹secret› }) → \"abc\" in 12 ms")
    var failed = event
    failed.payload = ["primitive": "ssh.read", "failure": Failure("ssh.x", "no answer").value, "seconds": 2.04]
    failed.path = nil
    #expect(
      TraceLine(failed, style: Story.style).text.hasSuffix("between steps  ssh.read() → failed after 2.0s: no answer"))
  }
}
