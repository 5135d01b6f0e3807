import Foundation
import Journal
import TestSupport
import Testing
import Values

@testable import Presentation

@Suite("Lists, views and reports", .usualTimeLimit)
struct ViewTests {
  private func text(_ lines: [String]) -> String { lines.joined(separator: "\n") }

  @Test("a failure's report says what, where, why, and what to do")
  func failure() {
    var failure = Story.timeout
    var other = Failure("ssh.unreachable", "the host does not answer", host: "da4", step: "workers/da4/stop")
    other.cause = "ssh: connect to host 10.77.0.4 port 22: No route to host"
    failure.related = [other]
    let report = FailureReport(
      failure, sources: Story.sources, done: ["5 steps are done."],
      next: [NextCommand("runbook resume k3f9x2", "go on"), NextCommand("runbook show k3f9x2", "see all")])
    #expect(
      text(report.render(columns: 60, style: Story.style))
        == """
        ✗ da3: the node did not join in time
          step   workers/da3/join the manager's swarm
          at     distribute.lua:2
                 swarm.join(worker, { token = token })
          cause  Timeout was reached before node joined. The attempt
                 to join the swarm will continue in the background.
          do     Open TCP 2377 from the worker to the manager, then
                 resume.
          code   swarm.join_timeout

        ✗ da4: the host does not answer
          step   workers/da4/stop
          cause  ssh: connect to host 10.77.0.4 port 22: No route to
                 host

        5 steps are done.

          runbook resume k3f9x2   go on
          runbook show k3f9x2     see all
        """)
  }

  @Test("a report has no line wider than the terminal, and shows no escape sequence of a host")
  func narrow() {
    var failure = Story.timeout
    failure.cause = "\u{1B}[31m日本語日本語日本語日本語日本語日本語\u{7}"
    failure.traceback = "stack traceback:\n\t[C]: in function 'error'"
    let report = FailureReport(failure, sources: Story.sources)
    for columns in [20, 40, 80] {
      for line in report.render(columns: columns, style: Story.style) {
        #expect(DisplayWidth.of(line) <= columns)
        #expect(!line.unicodeScalars.contains { $0.properties.generalCategory == .control })
      }
    }
  }

  @Test("a source line is found by its short name, and not guessed between two files")
  func sources() {
    let location = SourceLocation(file: "distribute.lua", line: 1)
    var sources = SourceText()
    sources.add("  local da = 1  ", as: "/srv/runbooks/distribute.lua")
    #expect(sources.line(at: location) == "local da = 1  ")
    #expect(sources.line(at: SourceLocation(file: "distribute.lua", line: 9)) == nil)
    sources.add("other", as: "/tmp/distribute.lua")
    #expect(sources.line(at: location) == nil)
  }

  @Test("a checklist has boxes to tick")
  func checklist() {
    let list = Checklist(
      title: "Enter these addresses:", items: ["access point on da2: 10.77.0.2", "a long one that has to be wrapped"])
    #expect(
      text(list.render(columns: 30, style: Story.style))
        == """
        Enter these addresses:
          [ ] access point on da2:
              10.77.0.2
          [ ] a long one that has to
              be wrapped
        """)
  }

  private static var runs: [RunTable.Row] {
    var waiting = Story.underWay
    waiting.tell(11, .runWaiting, "workers/da4/stop the services", ["message": "did da4 stop?"])
    var refused = Story()
    refused.begin()
    refused.tell(3, .runRefused, nil, ["failure": Failure("check.failed", "2 checks found something").value])
    return [
      RunTable.Row(run: Story.record("k3f9x2"), state: Story.failed.state),
      RunTable.Row(run: Story.record("a8c2d1", at: -7000), state: Story.succeeded.state),
      RunTable.Row(run: Story.record("w41t00", at: -90_000), state: waiting.state),
      RunTable.Row(run: Story.record("cr4sh0", at: -900_000), state: Story.underWay.state, executorIsGone: true),
      RunTable.Row(run: Story.record("l1v300", at: -1), state: Story.underWay.state),
      RunTable.Row(run: Story.record("r3fus3", at: -1), state: refused.state),
    ]
  }

  private static func view(_ index: Int) -> RunStatusView {
    let row = runs[index]
    return RunStatusView(run: row.record, state: row.state, executorIsGone: row.executorIsGone)
  }

  @Test("the list of runs")
  func table() {
    let table = RunTable(rows: Self.runs)
    #expect(
      text(table.render(columns: nil, at: Story.time(120), style: Story.style))
        == """
        ID      RUNBOOK         STATE                 WHEN                               TOOK  STEPS  WHO
        k3f9x2  distribute.lua  failed                2 minutes ago  2027-01-15 08:00   20.0s    5/6  anna@ops1
        a8c2d1  distribute.lua  done                  2 hours ago    2027-01-15 06:03   14.0s      6  anna@ops1
        w41t00  distribute.lua  waiting for a person  yesterday      2027-01-14 07:00   11.0s    4/6  anna@ops1
        cr4sh0  distribute.lua  crashed?              11 days ago    2027-01-04 22:00    9.8s    4/6  anna@ops1
        l1v300  distribute.lua  running               2 minutes ago  2027-01-15 07:59  2m 00s    4/6  anna@ops1
        r3fus3  distribute.lua  refused               2 minutes ago  2027-01-15 07:59    3.0s      0  anna@ops1
        """)
    #expect(
      text(table.render(columns: 80, at: Story.time(120), style: Story.style))
        == """
        ID      RUNBOOK         STATE                 WHEN             TOOK  STEPS
        k3f9x2  distribute.lua  failed                2 minutes ago   20.0s    5/6
        a8c2d1  distribute.lua  done                  2 hours ago     14.0s      6
        w41t00  distribute.lua  waiting for a person  yesterday       11.0s    4/6
        cr4sh0  distribute.lua  crashed?              11 days ago      9.8s    4/6
        l1v300  distribute.lua  running               2 minutes ago  2m 00s    4/6
        r3fus3  distribute.lua  refused               2 minutes ago    3.0s      0
        """)
    for line in table.render(columns: 50, at: Story.time(120), style: Story.style) {
      #expect(DisplayWidth.of(line) <= 50)
    }
  }

  @Test("an empty list says how to begin")
  func empty() {
    let lines = RunTable(rows: []).render(columns: 80, at: Story.beginning, style: Story.style)
    #expect(lines == ["There is no run yet. Start one with: runbook run RUNBOOK --inventory FILE"])
  }

  @Test("a run's view")
  func view() {
    let view = Self.view(0)
    #expect(
      text(view.render(columns: 80, at: Story.time(120), style: Story.style))
        == """
        distribute.lua  k3f9x2  failed (can be resumed)
        Run in distributed mode
          begun       2027-01-15 08:00, 2 minutes ago, by anna on ops1
          took        20.0s
          runbook     /srv/distribute.lua
          inventory   /srv/site.yml
          stack       da
          parameters  stack=da  token=‹secret›

        ✓ get the cluster join token  da1                                           0.2s
            $ docker swarm join-token worker
        ✗ workers                                                                  19.8s
          ▾ da2                                                                     3.3s
            ✓ stop the services                                                     1.2s
                $ docker stack rm da
            ✓ join the manager's swarm                                              2.1s
          ✗ da3                                                                    19.8s
            ✓ stop the services  already so                                         1.4s
            ✗ join the manager's swarm  attempt 2/5                                18.4s
                the node did not join in time
                Timeout was reached before node joined. The attempt to join the swarm w…
          ▾ da4                                                                    12.8s
            ✓ stop the services                                                    12.8s
                $ docker stack rm da

        ✗ da3: the node did not join in time
          step   workers/da3/join the manager's swarm
          at     distribute.lua:2
                 swarm.join(worker, { token = token })
          cause  Timeout was reached before node joined. The attempt to join the swarm
                 will continue in the background.
          do     Open TCP 2377 from the worker to the manager, then resume.
          code   swarm.join_timeout

        5 steps are done and will not be done again when the run is resumed.

          runbook resume k3f9x2   continue this run
        """)
  }

  @Test("a crashed run's view says what is in doubt and how to go on")
  func crashed() {
    let view = Self.view(3)
    #expect(
      text(view.render(columns: 80, at: Story.time(120), style: Story.style))
        == """
        distribute.lua  cr4sh0  crashed?
        Run in distributed mode
          begun       2027-01-04 22:00, 11 days ago, by anna on ops1
          took        9.8s
          runbook     /srv/distribute.lua
          inventory   /srv/site.yml
          stack       da
          parameters  stack=da  token=‹secret›

        ✓ get the cluster join token  da1                                           0.2s
            $ docker swarm join-token worker
        ✗ workers                                                                   3.3s
          ✓ da2                                                                     3.3s
            ✓ stop the services                                                     1.2s
                $ docker stack rm da
            ✓ join the manager's swarm                                              2.1s
          ✗ da3                                                                     1.4s
            ✓ stop the services  already so                                         1.4s
            ✗ join the manager's swarm  attempt 1/5 failed
                the node did not join in time
                Timeout was reached before node joined. The attempt to join the swarm w…
                $ docker swarm join --token ‹secret› 10.77.0.1:2377
          ? da4
            ? stop the services  in doubt: no outcome known
                $ docker stack rm da

        ? Recorded as running, but the process that executed it is gone.
        4 steps are done and will not be done again when the run is resumed.
        1 step was begun and has no known outcome: "workers/da4/stop the services". A
        resume first finds out what happened.

          runbook resume cr4sh0   continue this run
        """)
  }

  @Test("lists and views as JSON hold no secret and can be read back")
  func json() throws {
    let list = RunTable(rows: Self.runs).json(at: Story.time(120))
    let runs = try #require(try JSONSerialization.jsonObject(with: Data(list.utf8)) as? [[String: Any]])
    #expect(
      runs.map { $0["state"] as? String } == ["failed", "succeeded", "waiting", "crashed", "running", "refused"])
    #expect(runs.map { $0["can_be_resumed"] as? Bool } == [true, false, true, true, false, false])
    let view = Self.view(0).json(at: Story.time(120))
    let run = try #require(try JSONSerialization.jsonObject(with: Data(view.utf8)) as? [String: Any])
    let steps = try #require(run["steps"] as? [[String: Any]])
    #expect(steps.count == 6)
    #expect(steps[0]["outcome"] as? String == "read")
    #expect((run["parameters"] as? [String: String])?["token"] == "‹secret›")
    #expect(run["next"] as? [String] == ["runbook resume k3f9x2"])
    #expect(!view.contains("SWMTKN"))
  }

  @Test("each status has words of its own")
  func statuses() {
    let words = RunStatus.allCases.map { StatusText($0).words }
    #expect(Set(words).count == RunStatus.allCases.count)
    #expect(StatusText(.running, executorIsGone: true).words == "crashed?")
    #expect(StatusText(.succeeded, executorIsGone: true).words == "done")
  }

  @Test("a run that a person wants paused is pausing until its steps have ended, then paused")
  func pause() {
    var story = Story()
    story.begin()
    story.start(1, "one", on: "da1")
    story.tell(2, .runPauseRequested, nil, ["by": "ann", "how": "command"])
    #expect(StatusText(story.state).name == "pausing")
    story.end(3, "one", on: "da1")
    #expect(StatusText(story.state).words == "paused")
    #expect(StatusText(story.state, executorIsGone: true).name == "crashed")
    let record = Self.view(0).run.record
    let view = RunStatusView(run: record, state: story.state).render(
      columns: 80, at: Story.time(10), style: Story.style)
    #expect(view.contains { $0.contains("requested by ann") })
    #expect(view.contains { $0.contains("runbook unpause \(record.id)") })
    story.tell(4, .runInterrupted, nil, ["reason": "stopped"])
    #expect(StatusText(story.state).name == "interrupted")
    story.tell(4, .runPauseRequested, nil, ["by": "ann", "how": "command"])
    #expect(story.state.pause == nil)
  }

  private static let plan = PlanView(
    runbook: "distribute.lua", summary: "Run in distributed mode",
    steps: [
      PlannedStep(
        path: "get the token", host: "da1", commands: [ProcedureCommand(on: "da1", "docker swarm join-token worker")],
        verdict: .reads),
      PlannedStep(
        path: "workers/da2/stop the services", host: "da2",
        commands: [ProcedureCommand(on: "da2", "docker stack rm da")], verdict: .alreadySo),
      PlannedStep(
        path: "workers/da2/join", host: "da2",
        commands: [
          ProcedureCommand(on: "da2", "docker swarm join --token ‹secret› --advertise-addr 10.77.0.2 10.77.0.1:2377")
        ], verdict: .unknown(after: "get the token")),
      PlannedStep(path: "workers/da3/leave", host: "da3", verdict: .change, note: "the last manager of its swarm"),
      PlannedStep(
        path: "add the labels",
        commands: [
          ProcedureCommand(on: "da1", "docker node update --label-add a=b n1"), ProcedureCommand(on: nil, "echo done"),
        ], verdict: .change),
    ], notes: ["UDP can't be checked before."])

  @Test("a plan shows the procedure's commands by scope and host")
  func plan() {
    #expect(
      text(Self.plan.render(columns: 70, style: Story.style))
        == """
        Plan of distribute.lua: Run in distributed mode
        5 steps on 3 hosts. Nothing was changed.
        ● 2 change something   = 1 is already so   ○ 1 only reads
        ? 1 is known only during the run

        ○ get the token  da1
            da1  docker swarm join-token worker

        workers
          da2
            = stop the services  already so
                da2  docker stack rm da
            ? join  known after "get the token"
                da2  docker swarm join --token ‹secret› --advertise-addr \\
                       10.77.0.2 10.77.0.1:2377
          da3
            ● leave
                the last manager of its swarm

        ● add the labels
            da1   docker node update --label-add a=b n1
            here  echo done

        ● 2 change something   = 1 is already so   ○ 1 only reads
        ? 1 is known only during the run

        UDP can't be checked before.
        """)
    let unwrapped = Self.plan.render(columns: nil, style: Story.ascii)
    #expect(
      unwrapped.contains(
        "        da2  docker swarm join --token ‹secret› --advertise-addr 10.77.0.2 10.77.0.1:2377"))
  }
}
