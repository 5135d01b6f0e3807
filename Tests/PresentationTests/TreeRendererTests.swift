import Foundation
import Journal
import TestSupport
import Testing
import Values

@testable import Presentation

@Suite("The tree of a run", .usualTimeLimit)
struct TreeRendererTests {
  private let renderer = TreeRenderer(run: "k3f9x2", runbook: "distribute.lua", executionBegan: Story.beginning)

  private func draw(
    _ story: Story, at seconds: Double, columns: Int = 80, rows: Int = 24, style: Style = Story.style
  ) -> String {
    renderer.render(
      state: story.state, at: Story.time(seconds), size: TerminalSize(columns: columns, rows: rows), style: style
    ).joined(separator: "\n")
  }

  @Test("a crowd beside other scopes is shown by step, and what fails in it stands above what runs", arguments: [2, 5])
  func crowdBesideScopes(scopes: Int) throws {
    var story = Story.crowd(300)
    for number in 1...scopes {
      story.start(0, "scope \(number)/one step", on: "da1")
      if number > 1 { story.end(1, "scope \(number)/one step", on: "da1") }
    }
    for rows in [24, 50] {
      let snapshot = draw(story, at: 4, rows: rows)
      let lines = snapshot.split(separator: "\n")
      #expect(lines.contains { $0.contains("stop the services  60 running") })
      let failed = try #require(lines.firstIndex { $0.contains("✗ da20  port 2377") })
      let running = try #require(lines.lastIndex { $0.contains("da3, ") })
      #expect(failed < running)
      #expect(lines.contains { $0.contains("scope 1") })
      #expect(!snapshot.contains("more lines"))
    }
  }

  @Test("a simulated run says so as long as it is on the screen")
  func simulated() {
    var story = Story()
    story.tell(0, .runCreated, nil, ["summary": "Run in distributed mode", "simulated": true])
    story.tell(0, .runStarted, nil, ["machine": "ops1", "pid": 4711, "user": "anna", "resumed": false])
    #expect(draw(story, at: 1) == "distribute.lua  k3f9x2  running, simulated  1.0s    Run in distributed mode")
  }

  @Test("three hosts under way, 80 columns")
  func threeHosts() {
    #expect(
      draw(Story.underWay, at: 10)
        == """
        distribute.lua  k3f9x2  running  10.0s    Run in distributed mode
        1 retrying · 1 running · 4 done
        ✓ get the cluster join token  da1                                           0.2s
        ▾ workers                                                                   9.8s
          ✓ da2                                                                     3.3s
            ✓ stop the services                                                     1.2s
            ✓ join the manager's swarm                                              2.1s
          ▾ da3                                                                     9.8s
            ✓ stop the services  already so                                         1.4s
            ↻ join the manager's swarm  attempt 1/5 failed, again in 3s             8.4s
                the node did not join in time
                Timeout was reached before node joined. The attempt to join the swarm w…
          ▾ da4                                                                     9.8s
            ⠋ stop the services                                                     9.8s
              │ Removing service da_policy
              │ Removing network da_default
        """)
  }
  @Test("three hosts under way, 200 columns")
  func wide() {
    #expect(
      draw(Story.underWay, at: 10, columns: 200)
        == """
        distribute.lua  k3f9x2  running  10.0s    Run in distributed mode
        1 retrying · 1 running · 4 done
        ✓ get the cluster join token  da1                                                               0.2s
        ▾ workers                                                                                       9.8s
          ✓ da2                                                                                         3.3s
            ✓ stop the services                                                                         1.2s
            ✓ join the manager's swarm                                                                  2.1s
          ▾ da3                                                                                         9.8s
            ✓ stop the services  already so                                                             1.4s
            ↻ join the manager's swarm  attempt 1/5 failed, again in 3s                                 8.4s
                the node did not join in time
                Timeout was reached before node joined. The attempt to join the swarm will continue in the background.
          ▾ da4                                                                                         9.8s
            ⠋ stop the services                                                                         9.8s
              │ Removing service da_policy
              │ Removing network da_default
        """)
  }
  @Test("three hosts under way, in colour")
  func colours() {
    #expect(
      draw(Story.underWay, at: 10, style: Story.colour).replacing("\u{1B}", with: "^")
        == """
        ^[1mdistribute.lua^[0m^[36m  k3f9x2^[0m  ^[36mrunning^[0m^[2m  10.0s^[0m^[2m    Run in distributed mode^[0m
        ^[33m1 retrying^[0m^[2m · ^[0m^[36m1 running^[0m^[2m · ^[0m^[32m4 done^[0m
        ^[32m✓^[0m get the cluster join token^[2m  da1^[0m                                           ^[2m0.2s^[0m
        ^[2m▾^[0m ^[1mworkers^[0m                                                                   ^[2m9.8s^[0m
          ^[32m✓^[0m ^[1mda2^[0m                                                                     ^[2m3.3s^[0m
            ^[32m✓^[0m stop the services                                                     ^[2m1.2s^[0m
            ^[32m✓^[0m join the manager's swarm                                              ^[2m2.1s^[0m
          ^[2m▾^[0m ^[1mda3^[0m                                                                     ^[2m9.8s^[0m
            ^[32m✓^[0m stop the services^[2m  already so^[0m                                         ^[2m1.4s^[0m
            ^[33m↻^[0m join the manager's swarm^[33m  attempt 1/5 failed, again in 3s^[0m             ^[2m8.4s^[0m
        ^[33m        the node did not join in time^[0m
        ^[2m        Timeout was reached before node joined. The attempt to join the swarm w…^[0m
          ^[2m▾^[0m ^[1mda4^[0m                                                                     ^[2m9.8s^[0m
            ^[36m⠋^[0m stop the services                                                     ^[2m9.8s^[0m
        ^[2m      │ ^[0m^[2mRemoving service da_policy^[0m
        ^[2m      │ ^[0m^[2mRemoving network da_default^[0m
        """)
  }
  @Test("without UTF-8 the program's own signs are ASCII")
  func ascii() {
    #expect(
      draw(Story.underWay, at: 10, style: Story.ascii)
        == """
        distribute.lua  k3f9x2  running  10.0s    Run in distributed mode
        1 retrying, 1 running, 4 done
        + get the cluster join token  da1                                           0.2s
        > workers                                                                   9.8s
          + da2                                                                     3.3s
            + stop the services                                                     1.2s
            + join the manager's swarm                                              2.1s
          > da3                                                                     9.8s
            + stop the services  already so                                         1.4s
            ~ join the manager's swarm  attempt 1/5 failed, again in 3s             8.4s
                the node did not join in time
                Timeout was reached before node joined. The attempt to join the swarm...
          > da4                                                                     9.8s
            | stop the services                                                     9.8s
              | Removing service da_policy
              | Removing network da_default
        """)
  }
  @Test("where rows are few, finished steps are put together and branches become one line")
  func fewRows() {
    #expect(
      draw(Story.underWay, at: 10, rows: 9)
        == """
        distribute.lua  k3f9x2  running  10.0s    Run in distributed mode
        1 retrying · 1 running · 4 done
        ✓ get the cluster join token  da1                                           0.2s
        ▾ workers                                                                   9.8s
          ✓ da2  2 steps                                                            3.3s
          ↻ da3 › join the manager's swarm  attempt 1/5 failed, again in 3s         8.4s
          ⠋ da4 › stop the services                                                 9.8s
        """)
  }
  @Test("a failed run shows each failure's sentence under its step")
  func failed() {
    #expect(
      draw(Story.failed, at: 20)
        == """
        distribute.lua  k3f9x2  failed (can be resumed)  20.0s    Run in distributed mo…
        1 failed · 5 done
        ✓ get the cluster join token  da1                                           0.2s
        ✗ workers                                                                  19.8s
          ▾ da2                                                                     3.3s
            ✓ stop the services                                                     1.2s
            ✓ join the manager's swarm                                              2.1s
          ✗ da3                                                                    19.8s
            ✓ stop the services  already so                                         1.4s
            ✗ join the manager's swarm  attempt 2/5                                18.4s
                the node did not join in time
                Timeout was reached before node joined. The attempt to join the swarm w…
          ▾ da4                                                                    12.8s
            ✓ stop the services                                                    12.8s
        """)
  }
  @Test("300 hosts on 24 rows are shown by step")
  func crowd() {
    #expect(
      draw(Story.crowd(300), at: 4)
        == """
        distribute.lua  k3f9x2  running  4.0s    Run in distributed mode
        2 failed · 15 retrying · 180 running · 343 done
        ✗ workers  300 branches                                                     4.0s
          ⠋ stop the services  60 running · 240 done                                4.0s
              da1, da6, da11, da16, da21, da26, da31, da36, da41, da46, da51 and 49 more
          ✗ join the manager's swarm  2 failed · 15 retrying · 120 running · 103 …  3.0s
            ✗ da20  port 2377 of the manager can't be reached
            ✗ da40  port 2377 of the manager can't be reached
            ↻ da10  attempt 1/3 failed, again in 3s  the node did not join in time
            ↻ da30  attempt 1/3 failed, again in 3s  the node did not join in time
            ↻ da50  attempt 1/3 failed, again in 3s  the node did not join in time
            ↻ da70  attempt 1/3 failed, again in 3s  the node did not join in time
            ↻ da90  attempt 1/3 failed, again in 3s  the node did not join in time
            ↻ da110  attempt 1/3 failed, again in 3s  the node did not join in time
            ↻ da130  attempt 1/3 failed, again in 3s  the node did not join in time
            ↻ da150  attempt 1/3 failed, again in 3s  the node did not join in time
            ↻ da170  attempt 1/3 failed, again in 3s  the node did not join in time
            ↻ da190  attempt 1/3 failed, again in 3s  the node did not join in time
            ↻ da210  attempt 1/3 failed, again in 3s  the node did not join in time
              da230, da250, da270, da290
              da3, da5, da7, da9, da13, da15, da17, da19, da23, da25, da27 and 109 more
        """)
  }
  @Test("300 hosts at 200 columns and 50 rows")
  func wideCrowd() {
    #expect(
      draw(Story.crowd(300), at: 4, columns: 200, rows: 50)
        == """
        distribute.lua  k3f9x2  running  4.0s    Run in distributed mode
        2 failed · 15 retrying · 180 running · 343 done
        ✗ workers  300 branches                                                                         4.0s
          ⠋ stop the services  60 running · 240 done                                                    4.0s
              da1, da6, da11, da16, da21, da26, da31, da36, da41, da46, da51, da56, da61, da66 and 46 more
          ✗ join the manager's swarm  2 failed · 15 retrying · 120 running · 103 done                   3.0s
            ✗ da20  port 2377 of the manager can't be reached
            ✗ da40  port 2377 of the manager can't be reached
            ↻ da10  attempt 1/3 failed, again in 3s  the node did not join in time
            ↻ da30  attempt 1/3 failed, again in 3s  the node did not join in time
            ↻ da50  attempt 1/3 failed, again in 3s  the node did not join in time
            ↻ da70  attempt 1/3 failed, again in 3s  the node did not join in time
            ↻ da90  attempt 1/3 failed, again in 3s  the node did not join in time
            ↻ da110  attempt 1/3 failed, again in 3s  the node did not join in time
            ↻ da130  attempt 1/3 failed, again in 3s  the node did not join in time
            ↻ da150  attempt 1/3 failed, again in 3s  the node did not join in time
            ↻ da170  attempt 1/3 failed, again in 3s  the node did not join in time
            ↻ da190  attempt 1/3 failed, again in 3s  the node did not join in time
            ↻ da210  attempt 1/3 failed, again in 3s  the node did not join in time
            ↻ da230  attempt 1/3 failed, again in 3s  the node did not join in time
            ↻ da250  attempt 1/3 failed, again in 3s  the node did not join in time
            ↻ da270  attempt 1/3 failed, again in 3s  the node did not join in time
            ↻ da290  attempt 1/3 failed, again in 3s  the node did not join in time
              da3, da5, da7, da9, da13, da15, da17, da19, da23, da25, da27, da29, da33, da35 and 106 more
        """)
  }
  @Test("a dozen hosts are one line each")
  func dozen() {
    #expect(
      draw(Story.crowd(12), at: 4, rows: 18)
        == """
        distribute.lua  k3f9x2  running  4.0s    Run in distributed mode
        1 retrying · 7 running · 13 done
        ▾ workers                                                                   4.0s
          ⠋ da1 › stop the services                                                 4.0s
          ✓ da2  2 steps                                                            2.0s
          ⠋ da3 › join the manager's swarm                                          3.0s
          ✓ da4  2 steps                                                            2.0s
          ⠋ da5 › join the manager's swarm                                          3.0s
          ⠋ da6 › stop the services                                                 4.0s
          ⠋ da7 › join the manager's swarm                                          3.0s
          ✓ da8  2 steps                                                            2.0s
          ⠋ da9 › join the manager's swarm                                          3.0s
          ↻ da10 › join the manager's swarm  attempt 1/3 failed, again in 3s        3.0s
          ⠋ da11 › stop the services                                                4.0s
          ✓ da12  2 steps                                                           2.0s
        """)
  }
}
