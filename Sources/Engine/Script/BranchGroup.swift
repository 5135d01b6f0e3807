import LuaVM
import Values

/// One branch of a `parallel`.
struct Branch: Sendable {
  var name: String
  var host: String?
  var arguments: [LuaValue]
  var body: LuaFunction
}

/// Runs branches side by side. When one fails, the others finish the step they are in and stop there; every failure is
/// reported.
struct BranchGroup: Sendable {
  let session: ScriptSession
  let scope: Scope
  let outer: Scope
  let isInStep: Bool
  let limits: Limits

  /// How many branches run, and fail, at a time.
  struct Limits: Sendable {
    /// How many run at a time.
    var limit = Int.max
    /// How many run before the next ones begin, all of them having ended.
    var serial = Int.max
    /// How many may fail without stopping the others.
    var failures = 0
  }

  private enum Ending: Sendable {
    case returned(LuaValue)
    case failed(any Error)

    /// Whether the other branches have to stop.
    var isFailure: Bool { if case .failed(let error) = self { !(error is any BranchPause) } else { false } }
  }

  func run(_ branches: [Branch]) async throws -> [LuaValue] {
    let scopes = branches.map { scope.child($0.name, host: $0.host) }
    let time = TaskContext.dryRunTime
    var endings: [Ending] = []
    while endings.count < branches.count {
      let batch = endings.count..<(endings.count + min(limits.serial, branches.count - endings.count))
      let earlier = endings.count { $0.isFailure }
      let times = batch.map { _ in time?.branch() }
      endings += await run(Array(branches[batch]), Array(scopes[batch]), times, failed: earlier) {
        for scope in scopes { scope.halt() }
      }
      for case let branch? in times { time?.absorb(branch) }
      if endings.count(where: \.isFailure) > limits.failures { break }
    }
    for scope in scopes { outer.absorb(scope) }
    try report(endings)
    return endings.map { if case .returned(let value) = $0 { value } else { .nil } }
  }

  /// Runs one batch. `halt` is called once more branches have failed than may.
  private func run(
    _ branches: [Branch], _ scopes: [Scope], _ times: [DryRunTime?], failed earlier: Int, halt: @Sendable () -> Void
  ) async -> [Ending] {
    // Inside a step the branches are counted, so that it is known when none of them can reach a call any more.
    let ledger = isInStep ? TaskContext.step?.ledger : nil
    return await withTaskGroup(of: (Int, Ending).self) { tasks in
      var endings = [Ending?](repeating: nil, count: branches.count)
      var next = 0, failed = earlier, running = 0, isHalted = false
      func start() {
        guard next < branches.count else { return }
        let index = next
        next += 1
        running += 1
        ledger?.enter()
        tasks.addTask {
          (
            index,
            await TaskContext.$dryRunTime.withValue(times[index]) { await one(branches[index], scopes[index]) }
          )
        }
      }
      for _ in 0..<min(limits.limit, branches.count) { start() }
      if running > 0 { ledger?.leave() }
      while let (index, ending) = await tasks.next() {
        endings[index] = ending
        if ending.isFailure {
          failed += 1
          // Once is enough: it stops all branches.
          if failed > limits.failures, !isHalted {
            isHalted = true
            halt()
          }
        }
        start()
        running -= 1
        // The next branch, or the step itself, is counted before this one is removed from the count.
        if running == 0 { ledger?.enter() }
        ledger?.leave()
      }
      return endings.compactMap { $0 }
    }
  }

  private func one(_ branch: Branch, _ scope: Scope) async -> Ending {
    do {
      if isInStep {
        let name = TaskContext.branch.isEmpty ? branch.name : "\(TaskContext.branch)/\(branch.name)"
        return .returned(
          try await TaskContext.$branch.withValue(name) {
            try await session.first(of: branch.body, branch.arguments, snapshot: false)
          })
      }
      return .returned(
        try await TaskContext.$scope.withValue(scope) {
          try await session.first(of: branch.body, branch.arguments, snapshot: false)
        })
    } catch {
      // A failure inside a step belongs to the step.
      if !isInStep, !(error is any UncatchableError), !(error is CancellationError) {
        session.failures.note(branch: scope, FailureMapping.failure(error))
      }
      return .failed(error)
    }
  }

  /// The findings of several branches, in the words of the first.
  private static func joined(_ failures: [Failure]) -> Failure? {
    var joined = failures.first
    joined?.related = failures.flatMap(\.related)
    return joined
  }

  private func report(_ endings: [Ending]) throws {
    let errors = endings.compactMap { if case .failed(let error) = $0 { error } else { nil } }
    guard !errors.isEmpty else { return }
    if Task.isCancelled { throw CancellationError() }
    // The step as a whole is in doubt, even if other things happened in it.
    if let differ = errors.first(where: { $0 is CallsDiffer }) { throw differ }
    if let doubt = errors.first(where: { $0 is CallInDoubt }) { throw doubt }
    let failures = errors.filter { !($0 is any UncatchableError) }.map(FailureMapping.failure)
    // The script could catch a failure and continue, past a decision that the operator must make first. The log names
    // what failed.
    if let ended = errors.first(where: { $0 is RunEnded }) { throw ended }
    if let needed = errors.first(where: { $0 is PersonNeeded }) { throw needed }
    // A refusal and findings weigh more than a failure: both end the run in a state of their own.
    let refusals = errors.compactMap { ($0 as? RunRefused)?.failure }
    if let refusal = Self.joined(refusals) { throw RunRefused(failure: refusal) }
    let conclusions = errors.compactMap { ($0 as? RunConcluded)?.failure }
    if let conclusion = Self.joined(conclusions) { throw RunConcluded(failure: conclusion) }
    // This many may fail; their results are nil.
    if failures.count == errors.count, failures.count <= limits.failures { return }
    let left = errors.compactMap { $0 as? LeftOut }
    if !left.isEmpty { throw LeftOut(hosts: left.reduce(into: []) { $0.formUnion($1.hosts) }) }
    switch failures.count {
    case 0:
      throw errors.first { $0 is StoppedShort } ?? errors.first { $0 is StopRequested }
        ?? errors.first { $0 is ReplayGate.NextPass } ?? errors[0]
    case 1: throw failures[0]
    default:
      throw Failure(
        .branchesFailed, "\(failures.count) of \(endings.count) branches failed",
        isRetryable: failures.allSatisfy(\.isRetryable),
        leavesDoubt: isInStep && failures.contains(where: \.leavesDoubt),
        related: failures)
    }
  }
}
