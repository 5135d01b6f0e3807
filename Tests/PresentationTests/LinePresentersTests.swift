import Foundation
import Journal
import TestSupport
import Testing
import Values

@testable import Presentation

@Suite("A run as lines", .usualTimeLimit)
struct LinePresentersTests {
  @Test("plain lines: time, host, path, what")
  func plain() async {
    let output = MemoryOutput()
    let lines = PlainLines(run: "k3f9x2", runbook: "distribute.lua", output: output, style: Story.style, columns: 80)
    for event in Story.failed.events { await lines.show(event) }
    await lines.finish(
      Ending(sources: Story.sources, next: [NextCommand("runbook resume k3f9x2", "go on where it stopped")]))
    #expect(
      output.written
        == """
        08:00:00  -     run k3f9x2 of distribute.lua created: Run in distributed mode
        08:00:00  -     run k3f9x2 started by anna on ops1, process 4711
        08:00:00  da1   get the cluster join token: started
        08:00:00  da1   get the cluster join token: $ docker swarm join-token worker
        08:00:00  da1   get the cluster join token: done in 0.2s
        08:00:00  da2   workers/da2/stop the services: started
        08:00:00  da2   workers/da2/stop the services: $ docker stack rm da
        08:00:00  da3   workers/da3/stop the services: started
        08:00:00  da3   workers/da3/stop the services: $ docker stack rm da
        08:00:00  da4   workers/da4/stop the services: started
        08:00:00  da4   workers/da4/stop the services: $ docker stack rm da
        08:00:01  da2   workers/da2/stop the services: done in 1.2s
        08:00:01  da3   workers/da3/stop the services: already so in 1.4s
        08:00:01  da2   workers/da2/join the manager's swarm: started
        08:00:03  da2   workers/da2/join the manager's swarm: done in 2.1s
        08:00:01  da3   workers/da3/join the manager's swarm: started
        08:00:01  da3   workers/da3/join the manager's swarm: $ docker swarm join --token ‹secret› 10.77.0.1:2377
        08:00:09  da3   workers/da3/join the manager's swarm: attempt 1 of 5 failed, again in 2.5s: distribute.lua:2: da3: the node did not join in time (Timeout was reached before node joined. The attempt to join the swarm will continue in the background.)
        08:00:09  da4   workers/da4/stop the services: | Removing service da_policy
        08:00:09  da4   workers/da4/stop the services: | Removing network da_default
        08:00:12  da3   workers/da3/join the manager's swarm: started, attempt 2 of 5
        08:00:13  da4   workers/da4/stop the services: done in 12.8s
        08:00:20  da3   workers/da3/join the manager's swarm: failed: distribute.lua:2: da3: the node did not join in time (Timeout was reached before node joined. The attempt to join the swarm will continue in the background.)
        08:00:20  -     run k3f9x2 failed: distribute.lua:2: da3: the node did not join in time (Timeout was reached before node joined. The attempt to join the swarm will continue in the background.)

        ✗ da3: the node did not join in time
          step   workers/da3/join the manager's swarm
          at     distribute.lua:2
                 swarm.join(worker, { token = token })
          cause  Timeout was reached before node joined. The attempt to join the swarm
                 will continue in the background.
          do     Open TCP 2377 from the worker to the manager, then resume.
          code   swarm.join_timeout

        5 steps are done and will not be done again when the run is resumed.

          runbook resume k3f9x2   go on where it stopped

        """)
  }

  @Test("an event of a later version is named, not lost")
  func later() async {
    let output = MemoryOutput()
    let lines = PlainLines(run: "k3f9x2", runbook: "distribute.lua", output: output, style: Story.style)
    await lines.show(Event(at: Story.beginning, kind: "step.teleported", path: "a"))
    #expect(output.written == "08:00:00  -     a: step.teleported\n")
  }

  @Test("a run that changed nothing says so")
  func nothing() async {
    var story = Story()
    story.begin()
    story.start(0, "join", on: "da2")
    story.end(1, "join", on: "da2", outcome: "already_so")
    story.tell(1, .runSucceeded, nil, ["changed": 0, "unchanged": 1])
    let output = MemoryOutput()
    let lines = PlainLines(run: "k3f9x2", runbook: "distribute.lua", output: output, style: Story.style)
    for event in story.events { await lines.show(event) }
    await lines.finish(Ending())
    #expect(output.written.contains("-     run k3f9x2 done, nothing had to be changed: 1 was already so\n"))
    #expect(output.written.hasSuffix("✓ Nothing had to be changed: 1 was already so.\n"))
  }

  @Test("JSON: one object per event and a result, all members always there, no secret and no control in it")
  func json() async throws {
    var story = Story.failed
    story.tell(
      21, "x.secret", "a/b", on: "da2", attempt: 2,
      ["token": .secret(Secret("SWMTKN-1-x")), "bytes": .bytes([0xFF]), "text": "\u{1B}[2J\u{9B}\u{202E}😀"])
    let output = MemoryOutput()
    let presenter = JSONLines(
      run: "k3f9x2", trace: TraceContext(Story.record()), state: RunState(), output: output, now: { Story.time(22) })
    for event in story.events { await presenter.show(event) }
    await presenter.finish(Ending(next: [NextCommand("runbook resume k3f9x2", "")]))
    let lines = output.written.split(separator: "\n")
    #expect(lines.count == story.events.count + 1)
    for line in lines {
      let object = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
      #expect(
        Set(object.keys) == [
          "sequence", "at", "run", "kind", "path", "attempt", "host", "trace_id", "span_id", "parent_span_id",
          "payload",
        ])
      #expect(line.hasPrefix("{\"sequence\":"))
    }
    let trace = TraceContext(Story.record())
    let span = trace.span(of: try #require(story.events.last))
    #expect(
      lines[lines.count - 2]
        == #"{"sequence":24,"at":"2027-01-15T08:00:21.000Z","run":"k3f9x2","kind":"x.secret","path":"a/b","attempt":2,"#
        + #""host":"da2","trace_id":"\#(trace.traceID)","span_id":"\#(span.id)","parent_span_id":"\#(trace.rootID)","#
        + #""payload":{"bytes":{"base64":"/w=="},"text":"\u001b[2J\u009b\u202e😀","token":"‹secret›"}}"#)
    let result = try JSONSerialization.jsonObject(with: Data(lines[lines.count - 1].utf8)) as? [String: Any]
    let payload = try #require(result?["payload"] as? [String: Any])
    #expect(payload["state"] as? String == "failed")
    #expect(payload["next"] as? [String] == ["runbook resume k3f9x2"])
    #expect((payload["failure"] as? [String: Any])?["code"] as? String == "swarm.join_timeout")
    #expect(!output.written.contains("SWMTKN"))
  }

  @Test(
    "the presenter suits the output",
    arguments: [
      (["TERM": "xterm"], true, false, PresenterKind.tree), (["TERM": "dumb"], true, false, .lines),
      ([:], true, false, .lines), (["TERM": "xterm"], false, false, .lines), (["TERM": "xterm"], true, true, .json),
    ] as [([String: String], Bool, Bool, PresenterKind)])
  func kind(environment: [String: String], isTerminal: Bool, json: Bool, kind: PresenterKind) {
    #expect(PresenterKind.suitable(environment: environment, isTerminal: isTerminal, json: json) == kind)
  }

  @Test(
    "colour and Unicode only where the reader has them",
    arguments: [
      (["TERM": "xterm", "LANG": "C.UTF-8"], true, true, true),
      (["TERM": "xterm", "LANG": "C.UTF-8", "NO_COLOR": "1"], true, false, true),
      (["TERM": "xterm", "LANG": "C.UTF-8", "NO_COLOR": ""], true, true, true),
      (["TERM": "xterm", "LANG": "C.UTF-8", "LC_ALL": "C"], true, true, false),
      (["TERM": "xterm"], true, true, false),
      (["TERM": "dumb", "LANG": "sv_SE.utf8"], true, false, false),
      (["TERM": "xterm", "LANG": "sv_SE.utf8"], false, false, true),
    ] as [([String: String], Bool, Bool, Bool)])
  func style(environment: [String: String], isTerminal: Bool, colour: Bool, unicode: Bool) {
    let style = Style(environment: environment, isTerminal: isTerminal)
    #expect(style.hasColour == colour)
    #expect(style.hasUnicode == unicode)
  }
}
