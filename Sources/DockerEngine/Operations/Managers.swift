import Synchronization
import Values

/// The managers of one swarm, asked one after the other until one can answer for it.
///
/// Any manager answers for the whole swarm, so a dead one is not a reason to stop: the question goes to the next, and
/// the one that answered is asked first the next time. While some of them are there but have no leader, as in the
/// seconds after the leader lost its power, all are asked again until they have chosen one.
package final class Managers: Sendable {
  private let engines: [EngineClient]
  private let answerTimeout: Duration
  private let first: Mutex<Int>
  /// The swarm that those who are asked must manage; `nil` where that is of no account.
  private let swarmID: String?
  /// Those that are known to manage it.
  private let confirmed = Mutex<Set<Int>>([])

  /// - Parameters:
  ///   - engines: the managers' engines, at least one, in the order in which they are asked.
  ///   - answerTimeout: how long to wait for a new leader. An election takes 10 to 20 seconds after the old one is missed.
  package init(_ engines: [EngineClient], answerTimeout: Duration = .seconds(60)) {
    precondition(!engines.isEmpty, "there must be a manager to ask")
    self.engines = engines
    self.answerTimeout = answerTimeout
    first = Mutex(0)
    swarmID = nil
  }

  private init(_ other: Managers, answerTimeout: Duration, swarmID: String?) {
    engines = other.engines
    self.answerTimeout = answerTimeout
    first = Mutex(other.first.withLock { $0 })
    self.swarmID = swarmID
  }

  /// One manager that is asked alone.
  package convenience init(_ engine: EngineClient, answerTimeout: Duration = .seconds(60)) {
    self.init([engine], answerTimeout: answerTimeout)
  }

  /// The manager that is asked first, by its inventory name.
  package var host: String { engines[first.withLock { $0 }].host }

  /// The same managers, which wait for a new leader no longer than that.
  package func waiting(atMost limit: Duration) -> Managers {
    Managers(self, answerTimeout: min(answerTimeout, limit), swarmID: swarmID)
  }

  /// The same managers for many questions about one thing: only those of the swarm of the one that answers now are asked
  /// from then on.
  package func ofOneSwarm() async throws -> Managers {
    if engines.count == 1 { return self }
    let id = try await read { try await $0.swarm().id }
    return Managers(self, answerTimeout: answerTimeout, swarmID: id)
  }

  /// Asks for something that does no harm when it is asked twice.
  package func read<Answer>(_ body: (EngineClient) async throws -> Answer) async throws -> Answer {
    try await ask(body) { _ in true }
  }

  /// Asks for a change. It goes on to the next manager when it is certain that nothing was done. When that is not
  /// certain, the failure says so (``Failure/leavesDoubt``) and the caller looks what came of it.
  package func change<Answer>(_ body: (EngineClient) async throws -> Answer) async throws -> Answer {
    try await ask(body) { !$0.leavesDoubt }
  }

  /// A manager that answers for the swarm now.
  package func answering() async throws -> EngineClient {
    try await read { engine in
      _ = try await engine.swarm()
      return engine
    }
  }

  private func ask<Answer>(
    _ body: (EngineClient) async throws -> Answer, goesOn: (Failure) -> Bool
  ) async throws -> Answer {
    let clock = ContinuousClock()
    let end = clock.now + answerTimeout
    while true {
      var failures: [Failure] = []
      let start = first.withLock { $0 }
      for offset in engines.indices {
        let index = (start + offset) % engines.count
        do {
          try await confirm(index)
          let answer = try await body(engines[index])
          first.withLock { $0 = index }
          return answer
        } catch let failure as Failure where Self.isOfManager(failure) {
          guard goesOn(failure) else {
            // Whoever looks what came of it asks another one.
            first.withLock { $0 = (index + 1) % engines.count }
            throw failure
          }
          failures.append(failure)
        }
      }
      guard failures.contains(where: Self.isMomentary), clock.now < end else { throw Self.summary(failures) }
      try await clock.sleep(for: .milliseconds(500))
    }
  }

  /// Fails for a manager of another swarm.
  private func confirm(_ index: Int) async throws {
    guard let swarmID, !confirmed.withLock({ $0.contains(index) }) else { return }
    guard try await engines[index].swarm().id == swarmID else {
      throw Failure(.swarmNotPart, "this host manages another swarm", host: engines[index].host)
    }
    confirmed.withLock { _ = $0.insert(index) }
  }

  /// Whether a failure is about the manager that was asked, and not about what was asked.
  static func isOfManager(_ failure: Failure) -> Bool {
    // Of ssh's failures those that may pass: a changed host key is a person's business.
    if failure.code.rawValue.hasPrefix("ssh.") { return failure.isRetryable }
    return codes.contains(failure.code)
  }

  private static let codes: Set<FailureCode> = [
    .engineAbsent, .engineUnreachable, .engineConnectionLost, .engineTimeout, .engineNotSwarmManager, .swarmNotPart,
    .swarmLocked, .swarmNoLeader, .swarmCertificatesExpired, .swarmJoinUnreachable,
  ]

  /// Whether the managers may agree again in some seconds. A manager that has not missed its leader yet reports that
  /// it can't reach it.
  static func isMomentary(_ failure: Failure) -> Bool {
    [.swarmNoLeader, .swarmJoinUnreachable].contains(failure.code)
  }

  private static func summary(_ failures: [Failure]) -> Failure {
    let main = failures.first(where: isMomentary) ?? failures[0]
    if failures.count == 1 { return main }
    return Failure(
      main.code, "none of the managers answers for the swarm",
      cause: failures.map(\.description).joined(separator: "; "), hint: main.hint,
      isRetryable: failures.contains(where: \.isRetryable), leavesDoubt: failures.contains(where: \.leavesDoubt))
  }
}
