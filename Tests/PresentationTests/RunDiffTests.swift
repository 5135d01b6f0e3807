import Foundation
import Journal
import TestSupport
import Testing
import Values

@testable import Presentation

@Suite("Two runs compared", .usualTimeLimit)
struct RunDiffTests {
  private static let start = Date(timeIntervalSince1970: 1_800_000_000)

  private func run(
    _ id: String, runbook: String = "a\nb\nc\n", parameters: [String: Value] = [:],
    steps: [(path: String, host: String?, seconds: Double, outcome: String?)], ending: EventKind = .runSucceeded
  ) -> RunSummary {
    let record = RunRecord(
      id: id, runbook: "x.lua", runbookPath: "/\(id)/x.lua", inventoryPath: nil, parameters: parameters,
      createdAt: Self.start, user: "u", machine: "m",
      files: [RunFile(role: .runbook, name: "/\(id)/x.lua", text: runbook)])
    var events = [Event(at: Self.start, kind: .runStarted)]
    for step in steps {
      events.append(Event(at: Self.start, kind: .stepStarted, path: step.path, attempt: 1, host: step.host))
      let end = Self.start + step.seconds
      if let outcome = step.outcome {
        events.append(Event(at: end, kind: .stepSucceeded, path: step.path, payload: ["outcome": .string(outcome)]))
      } else {
        let failure = Failure("test.failed", "it broke")
        events.append(Event(at: end, kind: .stepFailed, path: step.path, payload: ["failure": failure.value]))
      }
    }
    events.append(Event(at: Self.start + 60, kind: ending))
    return RunSummary(run: record, state: RunState(events: events))
  }

  /// Two runs of which it is not recorded how the hosts stood, unless told.
  private static func diff(_ left: RunSummary, _ right: RunSummary, _ snapshots: ([Event], [Event]) = ([], []))
    -> RunDiff
  {
    RunDiff(left, right, snapshots: (RunSnapshots(of: snapshots.0), RunSnapshots(of: snapshots.1)))
  }

  /// That `da2` was alone in its swarm, or a worker of da1's, at that moment.
  private static func pictured(_ moment: SnapshotMoment, isTogether: Bool) throws -> Event {
    typealias Node = SwarmSnapshot.Node
    let first = Node(
      id: "n1", hostname: "da1", role: "manager", availability: "active", state: "ready", labels: [:])
    let second = Node(
      id: "n2", hostname: "da2", role: isTogether ? "worker" : "manager", availability: "active", state: "ready",
      labels: [:])
    let snapshot = SwarmSnapshot(
      hosts: [
        .init(name: "da1", state: "active", isManager: true, nodeID: "n1"),
        .init(name: "da2", state: "active", isManager: !isTogether, nodeID: "n2"),
      ],
      swarms: isTogether
        ? [.init(id: "c1", name: "da1", nodes: [first, second], services: [])]
        : [
          .init(id: "c1", name: "da1", nodes: [first], services: []),
          .init(id: "c2", name: "da2", nodes: [second], services: []),
        ])
    return Event(
      at: start, kind: .runSnapshot,
      payload: ["moment": .string(moment.rawValue), "snapshot": try snapshot.value()])
  }

  private func text(_ diff: RunDiff) -> String {
    RunDiffView(diff).render(columns: nil, style: Style(hasColour: false, hasUnicode: true)).joined(separator: "\n")
  }

  @Test("runs of the same that came to the same have no difference, whatever their paths, secrets and times are")
  func same() {
    let a = run("aaaaaa", parameters: ["s": .secret(Secret("1"))], steps: [("one", "da1", 1, "executed")])
    let b = run("bbbbbb", parameters: ["s": .secret(Secret("2"))], steps: [("one", "da1", 9, "executed")])
    let diff = Self.diff(a, b)
    #expect(diff.isSame)
    #expect(text(diff).contains("No difference"))
    #expect(diff.durations.map(\.path) == ["one"] && diff.hosts.map(\.name) == ["da1"])
  }

  @Test("what differs is told: parameters, files, steps, outcomes, hosts")
  func differs() {
    let a = run(
      "aaaaaa", parameters: ["n": 1, "gone": "x"],
      steps: [("one", "da1", 1, "executed"), ("left", "da1", 1, "read"), ("two", "da2", 1, "executed")])
    let b = run(
      "bbbbbb", runbook: "a\nB\nc\n", parameters: ["n": 2],
      steps: [("one", "da1", 1, "executed"), ("two", "da2", 1, nil), ("right", nil, 1, "executed")], ending: .runFailed)
    let diff = Self.diff(a, b)
    #expect(!diff.isSame)
    #expect(diff.facts.map(\.name) == ["state", "failure"])
    #expect(diff.parameters.map(\.name) == ["gone", "n"])
    #expect(diff.onlyLeft.map(\.path) == ["left"] && diff.onlyRight.map(\.path) == ["right"])
    #expect(diff.outcomes.map(\.path) == ["two"] && diff.durations.isEmpty)
    #expect(diff.hosts.map(\.name) == ["da1"])
    let text = text(diff)
    for part in ["@@ -1,3 +1,3 @@", "  -b\n  +B", "failed: it broke", "- x\n", "+ none"] {
      #expect(text.contains(part), "«\(part)» in:\n\(text)")
    }
    #expect(RunDiffView(diff).json().contains(#""same": false"#))
  }

  @Test("what the hosts were like before and after is compared where both runs have looked")
  func standings() throws {
    let a = run("aaaaaa", steps: []), b = run("bbbbbb", steps: [])
    let apart = try Self.pictured(.before, isTogether: false), joined = try Self.pictured(.after, isTogether: true)
    let left = try Self.pictured(.after, isTogether: false)
    #expect(Self.diff(a, b, ([apart, joined], [apart, joined])).isSame)
    #expect(Self.diff(a, b, ([apart, joined], [apart])).isSame, "a run of which it isn't known is no difference")
    let diff = Self.diff(a, b, ([apart, left], [apart, joined]))
    #expect(!diff.isSame && diff.before.isEmpty)
    #expect(diff.after.map(\.subject) == ["da1", "da2"])
    let text = text(diff)
    #expect(text.contains("\n  da2  worker of da1's swarm; was alone in a swarm of its own"), "\(text)")
    #expect(RunDiffView(diff).json().contains(#""subject": "da2""#))
  }

  @Test("hunks are those of diff -u", .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/diff")))
  func hunks() async throws {
    let pairs = [
      ("a\nb\nc\nd\ne\nf\ng\nh\n", "a\nX\nc\nd\ne\nf\nh\ni\n"), ("", "a\nb\n"), ("a\nb\n", ""), ("x\n", "x\n"),
      ("1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\n3\n4\nfive\n6\n7\n8\n9\n"), ("a\na\na\n", "a\na\n"),
      ("1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n", "0\n1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n"),
    ]
    for (old, new) in pairs {
      let folder = FileManager.default.temporaryDirectory.appending(path: "diff-\(UUID().uuidString)")
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      defer { try? FileManager.default.removeItem(at: folder) }
      let files = [folder.appending(path: "old"), folder.appending(path: "new"), folder.appending(path: "patch")]
      try old.write(to: files[0], atomically: true, encoding: .utf8)
      let hunks = LineDiff(old, new).hunks
      let patch = hunks.map { hunk in
        hunk.heading + "\n" + hunk.lines.map { $0.mark.rawValue + $0.text + "\n" }.joined()
      }.joined()
      // What patch makes of the old text with our hunks is the new one.
      guard !hunks.isEmpty, FileManager.default.isExecutableFile(atPath: "/usr/bin/patch") else {
        #expect(hunks.isEmpty == (old == new) || !hunks.isEmpty)
        continue
      }
      try ("--- old\n+++ new\n" + patch).write(to: files[2], atomically: true, encoding: .utf8)
      let process = Process()
      process.executableURL = URL(filePath: "/usr/bin/patch")
      process.arguments = ["-s", "-F0", "-o", files[1].path, files[0].path, files[2].path]
      try process.run()
      await withCheckedContinuation { continuation in
        Thread.detachNewThread {
          process.waitUntilExit()
          continuation.resume()
        }
      }
      #expect(try String(contentsOf: files[1], encoding: .utf8) == new, "\(patch)")
    }
  }
}
