import Foundation

/// One try of the crash matrix: the procedure is killed at a point, and then taken up again or undone.
struct CrashTrial: Sendable {
  /// What a try is compared with: an undisturbed run and its rollback.
  struct Reference: Sendable {
    /// The appliances before the procedure.
    var before: [String: String]
    /// The appliances after it.
    var after: [String: String]
    /// The steps that it consists of.
    var steps: [String]
    /// Those of them that change something.
    var changing: Set<String>
    /// The step boundaries of the run, in their order.
    var points: [CrashPoint]
    /// The step boundaries of its rollback.
    var wayBack: [CrashPoint]
  }

  /// What did not hold, as sentences; nothing when all did.
  struct Finding {
    var problems: [String] = []
    /// How often the program was killed.
    var kills = 0
    var holds: Bool { problems.isEmpty }

    mutating func expect(_ condition: Bool, _ problem: @autoclosure () -> String) {
      if !condition { problems.append(problem()) }
    }
  }

  let person: Operator
  let reference: Reference

  private var run: [String] { ["run", "distribute.lua", "--inventory", person.lab.inventory, "--yes"] }

  /// Kills the run at the point and resumes it.
  func resumed(after point: CrashPoint) async throws -> Finding {
    var finding = Finding()
    guard try await kill(run, at: point, &finding) else { return finding }
    let ending = try await person.runbook("resume", "--yes")
    finding.expect(ending.code == 0, "resume: \(ending.words.suffix(1500))")
    try await expectDistributed(&finding)
    return finding
  }

  /// Kills the run at the point and undoes it from there.
  func undone(after point: CrashPoint) async throws -> Finding {
    var finding = Finding()
    guard try await kill(run, at: point, &finding) else { return finding }
    try await expectUndone(&finding)
    return finding
  }

  /// Undoes what was run before, killed at that point of the way back and taken up again.
  func wayBack(killedAt point: CrashPoint) async throws -> Finding {
    var finding = Finding()
    _ = try await kill(["rollback", try await person.journal.newestRun(), "--yes"], at: point, &finding)
    try await expectUndone(&finding)
    return finding
  }

  /// Kills one run at every point, each execution at the first that is left, and its rollback in the same way.
  func killedEverywhere() async throws -> Finding {
    var finding = Finding()
    try await killAgainAndAgain(run, then: ["resume", "--yes"], reference.points, &finding)
    try await expectDistributed(&finding)
    let back = ["rollback", try await person.journal.newestRun(), "--yes"]
    try await killAgainAndAgain(back, then: back, reference.wayBack, &finding)
    try await expectStart(&finding)
    return finding
  }

  private func kill(_ arguments: [String], at point: CrashPoint, _ finding: inout Finding) async throws -> Bool {
    let ending = try await person.runbook(arguments, killedAt: [point])
    let isKilled = ending.status == .signaled(9)
    if isKilled { finding.kills += 1 }
    finding.expect(isKilled, "was not killed: \(ending.words.suffix(1500))")
    return isKilled
  }

  private func killAgainAndAgain(
    _ first: [String], then next: [String], _ points: [CrashPoint], _ finding: inout Finding
  ) async throws {
    var left = Set(points), arguments = first
    while true {
      let log = person.folder.appending(path: "points-\(UUID().uuidString)")
      let ending = try await person.runbook(arguments, killedAt: left, log: log)
      arguments = next
      guard ending.status == .signaled(9) else {
        finding.expect(ending.code == 0, "\(arguments[0]): \(ending.words.suffix(1500))")
        // Branches that run side by side are killed together, so not each point gets a kill of its own.
        finding.expect(
          left.count <= points.count / 2, "killed at few points: \(left.count) of \(points.count) are left")
        return
      }
      finding.kills += 1
      let reached = try CrashPoint.last(log)
      let before = left.count
      left.subtract(reached)
      finding.expect(left.count < before, "killed at a point that was not chosen: \(reached)")
      if left.count == before { return }
    }
  }

  private func expectDistributed(_ finding: inout Finding) async throws {
    try await expect(reference.after, "after the procedure", &finding)
    let journal = person.journal
    let steps = try await journal.checkpoints()
    let missing = Set(reference.steps).subtracting(steps), more = Set(steps).subtracting(reference.steps)
    finding.expect(missing.isEmpty, "left out: \(missing.sorted())")
    finding.expect(more.isEmpty, "steps that an undisturbed run does not have: \(more.sorted())")
    try await expectNothingTwice(&finding)
  }

  private func expectUndone(_ finding: inout Finding) async throws {
    let ending = try await person.runbook("rollback", try await person.journal.newestRun(), "--yes")
    finding.expect(ending.code == 0, "rollback: \(ending.words.suffix(1500))")
    try await expectStart(&finding)
  }

  private func expectStart(_ finding: inout Finding) async throws {
    try await expect(reference.before, "after the rollback", &finding)
    try await expectNothingTwice(&finding)
  }

  private func expectNothingTwice(_ finding: inout Finding) async throws {
    let repeated = try await person.journal.repeated(), twice = try await person.journal.checkpointedTwice()
    finding.expect(repeated.isEmpty, "done again although it was done: \(repeated)")
    finding.expect(twice.isEmpty, "checkpointed twice: \(twice)")
  }

  /// Engines tidy up in the background, so what they say is given a while to become that.
  private func expect(_ layout: [String: String], _ moment: String, _ finding: inout Finding) async throws {
    let limit = ContinuousClock.now + .seconds(60)
    var found: [String: String] = [:]
    while true {
      // What is listed may be gone a moment later.
      do { found = try await person.lab.layout() } catch  where ContinuousClock.now < limit { found = [:] }
      if found == layout || ContinuousClock.now > limit { break }
      try await Task.sleep(for: .milliseconds(500))
    }
    for (host, text) in layout.sorted(by: { $0.key < $1.key }) where found[host] != text {
      let expected = Set(text.split(separator: "\n")), lines = Set(found[host, default: ""].split(separator: "\n"))
      finding.problems.append(
        "\(moment), \(host) says \(lines.subtracting(expected).sorted()) and not \(expected.subtracting(lines).sorted())"
      )
    }
  }
}
