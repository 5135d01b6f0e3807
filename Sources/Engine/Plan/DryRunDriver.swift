import Foundation
import Journal
import LuaVM
import Synchronization
import Values

/// Walks through a runbook without changing anything.
///
/// With `reads`, primitives that only read are carried out, unless a planned change makes their answer unknown: that is
/// a plan. Without, nothing outside is touched at all: that is the dry run before a run, which finds every mistake that
/// can be known before anything begins.
final class DryRunDriver: StepDriver {
  let reads: Bool
  /// Whether it watches where the script decides by something unknown; the script is loaded differently for that.
  let watches: Bool
  let conversion: Conversion
  let clock: any EngineClock
  /// The records of a run that will be resumed.
  let history: RunState
  private let bound: DryRunBound
  private let state = Mutex(State())

  private struct State {
    var steps: [PlannedStep] = []
    /// Where each step is in the script.
    var orders: [[Int]] = []
    var reached: [ReachedStep] = []
    var warnings: [String] = []
    var sawUnknown = false
    var uncertainties: Set<PlanUncertainty> = []
  }

  init(
    reads: Bool, watches: Bool, conversion: Conversion, clock: any EngineClock, bound: DryRunBound,
    history: RunState = RunState()
  ) {
    self.bound = bound
    self.reads = reads
    self.watches = watches
    self.history = history
    self.conversion = conversion
    self.clock = clock
  }

  /// The steps in the order of the script: branches one after the other, whatever finished first.
  var steps: [PlannedStep] {
    let (steps, orders) = state.withLock { ($0.steps, $0.orders) }
    return zip(orders, steps).sorted { $0.0.lexicographicallyPrecedes($1.0) }.map(\.1)
  }

  /// Every step that the script reached, those that a run has done already included.
  var reached: [ReachedStep] { state.withLock { $0.reached } }

  /// The warnings about the script; branches finish in any order, so they are sorted.
  var warnings: [String] { state.withLock { $0.warnings.sorted() } }

  func warn(_ text: String, in frame: StepFrame) async { state.withLock { $0.warnings.append(text) } }

  var handsOutUnknowns: Bool { true }

  /// Where the real run may take a different path than the walk, each place once.
  var uncertainties: [PlanUncertainty] {
    func place(_ uncertainty: PlanUncertainty) -> (String, Int, String) {
      switch uncertainty {
      case .decision(let location, let after): (location.file, location.line, after ?? "")
      case .unwatched(let file): (file, 0, "")
      case .findings(let failure): ("\u{10FFFF}", 0, failure.message)
      }
    }
    return state.withLock { $0.uncertainties }.sorted { place($0) < place($1) }
  }

  var decisions: WatchedDecisions? {
    guard watches else { return nil }
    return WatchedDecisions(
      tell: { [weak self] in self?.decided(by: $0, at: $1) }, miss: { [weak self] in self?.add(.unwatched(file: $0)) })
  }

  func decided(by unknown: Unknown, at location: SourceLocation) {
    if reads { add(.decision(location, after: unknown.after)) }
  }

  private func add(_ uncertainty: PlanUncertainty) {
    state.withLock { _ = $0.uncertainties.insert(uncertainty) }
  }

  /// Whether the script got a value that is not known yet. What it does after that proves nothing.
  var sawUnknown: Bool { state.withLock { $0.sawUnknown } }

  func step(_ request: StepRequest) async throws -> LuaValue {
    try Task.checkCancellation()
    state.withLock {
      $0.reached.append(ReachedStep(path: request.path, code: request.code, location: request.location))
    }
    if let done = history.step(at: request.path), done.status == .succeeded {
      return conversion.lua(done.result ?? .null)
    }
    // Reserved now, filled in when the step has ended.
    let index = state.withLock { state in
      state.orders.append(request.order)
      state.steps.append(
        PlannedStep(
          path: request.path, host: request.host, commands: [], verdict: .reads, location: request.location))
      return state.steps.count - 1
    }
    var unknown: Unknown?
    if let check = request.check {
      let frame = StepFrame(path: request.path, attempt: 1, host: request.host, isCheck: true)
      let answer = try await tolerant(frame) {
        try await TaskContext.$step.withValue(frame) { try await check() }
      }
      unknown = answer.firstUnknown ?? frame.unknown
      if unknown == nil, answer.isTruthy {
        finish(index, .alreadySo, frame)
        if case .bool = answer { return .nil }
        return answer
      }
    }
    let frame = StepFrame(path: request.path, attempt: 1, host: request.host)
    let result = try await tolerant(frame) {
      try await TaskContext.$step.withValue(frame) { try await request.body() }
    }
    let verdict: PlannedStep.Verdict =
      if let after = unknown?.after {
        .unknown(after: after)
      } else if frame.calls.changing > 0 {
        .change
      } else if let after = frame.unknown?.after {
        .unknown(after: after)
      } else {
        .reads
      }
    finish(index, verdict, frame)
    return result
  }

  private func finish(_ index: Int, _ verdict: PlannedStep.Verdict, _ frame: StepFrame) {
    state.withLock { state in
      state.steps[index].verdict = verdict
      state.steps[index].commands = frame.commands
      if state.steps[index].host == nil { state.steps[index].host = frame.commands.first?.host }
    }
  }

  /// A step that fails after it saw something unknown says nothing about the real run.
  private func tolerant(_ frame: StepFrame, _ work: () async throws -> LuaValue) async throws -> LuaValue {
    do {
      return try await work()
    } catch let error as any UncatchableError {
      throw error
    } catch is CancellationError {
      throw CancellationError()
    } catch {
      let failure = FailureMapping.failure(error)
      // Values that it would have read after a wait are not known either.
      guard sawUnknown || frame.hasRepeated, !Self.definite.contains(failure.code) else {
        throw failure
      }
      return .object(unknown(Unknown(after: reads ? frame.path : nil), frame))
    }
  }

  /// With nothing unknown in it, a loop without end has none in a real run either.
  func called(_ number: Int) throws {
    let frame = TaskContext.step
    do { try bound.count(frame, in: TaskContext.scope, number) } catch var failure as Failure {
      if !sawUnknown, frame?.hasRepeated != true { failure.code = .runbookEndless }
      throw failure
    }
  }

  /// Failures that stay failures with any values.
  private static let definite: Set<FailureCode> = [
    .outsideStep, .nestedStep, .duplicateStep, .reservedName, .changeInCheck, .argument, .notAvailable, .moduleMissing,
    .runbookSyntax, .runbookMemory, .runbookEndless,
  ]

  /// Whether such a failure of the walk says something about the real run.
  func isConclusive(_ failure: Failure) -> Bool { !sawUnknown || Self.definite.contains(failure.code) }

  private func unknown(_ unknown: Unknown, _ frame: StepFrame?) -> LuaObject {
    state.withLock { $0.sawUnknown = true }
    frame?.saw(unknown)
    return unknown.object
  }

  func perform(_ call: PrimitiveCall, in frame: StepFrame) async throws -> LuaValue {
    let arguments = call.arguments
    try called(1)
    frame.began(call.primitive.effect, commands: call.primitive.commands(arguments.arguments))
    let scope = TaskContext.scope
    switch call.primitive.effect {
    case .changes:
      for host in arguments.hosts { scope?.touch(host, after: frame.path) }
      return .object(unknown(Unknown(after: reads ? frame.path : nil), nil))
    case .reads, .pure:
      if let argument = arguments.unknown { return .object(unknown(argument, frame)) }
      if call.primitive.effect == .reads {
        guard reads else { return .object(unknown(Unknown(after: nil), frame)) }
        if let cause = arguments.hosts.lazy.compactMap({ scope?.touched($0) }).first {
          return .object(unknown(cause, frame))
        }
      }
      let reading = StepFrame.Reading(name: call.name, arguments: arguments.arguments)
      // Nothing changes in a dry run: the host is asked once, however often a loop asks.
      if call.primitive.effect == .reads, let answer = frame.answer(to: reading) {
        return conversion.lua(try answer.get())
      }
      let context = EffectContext(run: "plan", path: frame.path, attempt: 1)
      do {
        let answer = try await call.primitive.perform(arguments.arguments, context)
        frame.keep(.success(answer), to: reading)
        return conversion.lua(answer)
      } catch let failure as Failure {
        frame.keep(.failure(failure), to: reading)
        throw failure
      }
    }
  }

  func approve(_ message: String, in scope: Scope) async throws {}
  func log(level: String, _ text: String, in scope: Scope) async throws {}
  func note(title: String, items: [String], in scope: Scope) async throws {}
  func showTable(title: String, headings: [String], rows: [[String]], in scope: Scope) async throws {}

  func refuse(_ findings: [Failure]) async throws {
    let count = findings.count == 1 ? "1 check" : "\(findings.count) checks"
    let failure = Failure(
      .refused, "\(count) failed", hint: "fix the problems below, then plan again", related: findings)
    if isCertain(failure) { throw RunRefused(failure: failure) }
  }

  func conclude(_ message: String, _ findings: [Failure]) async throws {
    let failure = Failure(.findings, message, related: findings)
    if isCertain(failure) { throw RunConcluded(failure: failure) }
  }

  /// Whether the real run ends here too. If that is not certain, a plan says that it may, and continues.
  private func isCertain(_ failure: Failure) -> Bool {
    guard !failure.related.isEmpty else { return false }
    guard reads else { return !sawUnknown }
    let isOpen = !uncertainties.isEmpty || failure.related.contains { Unknown.isNamed(in: $0.message) }
    if isOpen { add(.findings(failure)) }
    return !isOpen
  }

  func recorded(_ kind: String, in scope: Scope, make: @Sendable () -> Value) async throws -> Value {
    if TaskContext.step != nil { return make() }
    // A resumed run will see again what it has recorded.
    return history.recordedValues[scope.path(of: "\(kind) \(scope.next(kind))")] ?? make()
  }

  func now() -> Value {
    let now = clock.now().timeIntervalSince1970
    return .number(TaskContext.dryRunTime?.look(at: now) ?? now)
  }

  func sleep(seconds: Double, in scope: Scope, frame: StepFrame?) async throws {
    TaskContext.dryRunTime?.wait(seconds)
  }
}
