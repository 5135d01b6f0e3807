import Journal
import LuaVM
import Values

/// Carries out a step's calls, and finds them again.
extension LiveDriver {
  func perform(_ call: PrimitiveCall, in frame: StepFrame) async throws -> LuaValue {
    try await HostWait.$follower.withValue({ host, text in
      await recorder.show(
        recorder.event(
          Event.LogMessage(level: "info", text: "\(host): \(text)"), path: frame.path.isEmpty ? nil : frame.path,
          host: host))
    }) {
      // Its failure may quote its arguments.
      do { return try await carryOut(call, frame) } catch let failure as Failure {
        throw recorder.secrets.hidden(failure)
      } catch let doubt as CallInDoubt {
        throw CallInDoubt(failure: recorder.secrets.hidden(doubt.failure))
      }
    }
  }

  private func carryOut(_ call: PrimitiveCall, _ frame: StepFrame) async throws -> LuaValue {
    try Task.checkCancellation()
    if case .changes = call.primitive.effect {
      try await locks?.admit(call.arguments.named, choices: call.arguments.choices)
    }
    let commands = recorder.secrets.hidden(call.primitive.commands(call.arguments.arguments))
    frame.began(call.primitive.effect, commands: commands)
    switch call.primitive.effect {
    case .pure, .reads:
      return conversion.lua(try await call.primitive.perform(call.arguments.arguments, context(frame)))
    case .changes(.idempotent): return conversion.lua(try await performRepeatable(call, commands, frame))
    case .changes: return conversion.lua(try await performOnce(call, commands, frame))
    }
  }

  /// Carries out a call that does no harm when it is done again. If the step continues what an earlier attempt had
  /// begun, a call that had finished is not done again: later calls may depend on it. If an attempt that was cut off
  /// left a call running on its host, it is ended before the next one, and before an undo.
  private func performRepeatable(
    _ call: PrimitiveCall, _ commands: [ProcedureCommand], _ frame: StepFrame
  ) async throws -> Value {
    var identity = call.primitive.identity(call.arguments.arguments)
    identity.words.insert(call.name, at: 0)
    let (found, known) = try await claim(call, commands, identity.digested, frame)
    if let found, found.outcome == .finished, let result = found.result {
      recorder.keep(event(Event.EffectClaimed(call: found.call), found, frame))
      return result
    }
    let effect = try await begin(call, commands, known, frame)
    do {
      let result = try await call.primitive.perform(call.arguments.arguments, context(frame, effect))
      ended(effect, .finished, frame, result)
      return result
    } catch let failure as Failure {
      if !failure.leavesDoubt { ended(effect, .finished, frame) }
      throw failure
    }
  }

  /// Carries out a call that must not be done twice: as a new one, or by continuing one that was begun before.
  private func performOnce(
    _ call: PrimitiveCall, _ commands: [ProcedureCommand], _ frame: StepFrame
  ) async throws -> Value {
    let arguments = call.arguments.arguments
    let (found, identity) = try await claim(call, commands, call.primitive.identity(arguments), frame)
    let effect: EffectState
    if let found {
      effect = found
      recorder.keep(event(Event.EffectClaimed(call: effect.call), effect, frame))
    } else {
      try await settlePassed(by: frame.path, identity, Self.wanted(call, commands, identity.host))
      effect = try await begin(call, commands, identity, frame)
    }
    var context = context(frame, effect)
    context.earlier = found.map { EarlierCall(site: $0.site, isLaunched: $0.isLaunched) }
    context.launched = {
      // At once: from now on, a host without a trace of it no longer proves that it was not begun.
      if frame.ledger.launched(effect.call) {
        recorder.keep(event(Event.EffectLaunched(call: effect.call), effect, frame), isUrgent: true)
      }
    }
    do {
      let result = try await call.primitive.perform(arguments, context)
      ended(effect, .finished, frame)
      return result
    } catch let failure as Failure {
      // A definite failure: either it ran to its end, or it was not begun.
      if !failure.leavesDoubt {
        let isBegun = found != nil || !effect.reattaches || frame.ledger.isLaunched(effect.call)
        ended(effect, isBegun ? .finished : .notBegun, frame)
      }
      guard failure.leavesDoubt, !frame.mayRepeat else { throw failure }
      var doubt = failure
      doubt.location = doubt.location ?? call.location
      throw CallInDoubt(failure: doubt)
    }
  }

  /// The same call that was begun before, if there is one, and how it is identified.
  private func claim(
    _ call: PrimitiveCall, _ commands: [ProcedureCommand], _ identity: CallIdentity, _ frame: StepFrame
  ) async throws -> (EffectState?, CallIdentity) {
    var identity = recorder.secrets.hidden(identity)
    identity.host = identity.host ?? commands.first?.host ?? call.arguments.hosts.first
    let found = try await frame.ledger.claim(
      identity, branch: TaskContext.branch, isIdempotent: call.primitive.effect == .changes(.idempotent),
      wanted: Self.wanted(call, commands, identity.host))
    return (found, identity)
  }

  /// Begins a call: from here on the journal knows it.
  private func begin(
    _ call: PrimitiveCall, _ commands: [ProcedureCommand], _ identity: CallIdentity, _ frame: StepFrame
  ) async throws -> EffectState {
    let site = try await call.primitive.site(run, call.arguments.arguments)
    let effect = EffectState(
      primitive: call.name, isIdempotent: call.primitive.effect == .changes(.idempotent), reattaches: site != nil,
      commands: commands, call: Runner.randomID(),
      attempt: frame.attempt, host: site?.host ?? identity.host, words: identity.words, input: identity.input,
      branch: TaskContext.branch, site: site?.facts ?? [:], begunAt: clock.now())
    try await record(effect, frame)
    frame.ledger.begins(effect)
    return effect
  }

  /// Notes the outcome of a call; written with what is recorded next, because its host knows it too.
  func ended(_ effect: EffectState, _ outcome: EffectOutcome, _ frame: StepFrame, _ result: Value? = nil) {
    frame.ledger.ended(effect.call, outcome)
    recorder.keep(
      event(
        Event.EffectEnded(call: effect.call, outcome: outcome, result: result.map { recorder.secrets.concealed($0) }),
        effect, frame))
  }

  func event(_ content: some EventContent, _ effect: EffectState, _ frame: StepFrame) -> Event {
    recorder.event(content, path: frame.path, attempt: frame.attempt, host: effect.host)
  }

  /// Records, durably, that a call begins.
  private func record(_ effect: EffectState, _ frame: StepFrame) async throws {
    let content = Event.EffectStarted(
      primitive: effect.primitive, idempotent: effect.isIdempotent, reattaches: effect.reattaches, call: effect.call,
      words: effect.words, command: effect.commands, input: effect.input,
      branch: effect.branch.isEmpty ? nil : effect.branch, site: effect.site.isEmpty ? nil : effect.site)
    try await recorder.record(event(content, effect, frame))
  }

  /// A call, for people.
  private static func wanted(_ call: PrimitiveCall, _ commands: [ProcedureCommand], _ host: String?) -> String {
    shown(commands.isEmpty ? call.name : commands.map(\.text).joined(separator: "; "), host)
  }

  private func context(_ frame: StepFrame, _ effect: EffectState? = nil) -> EffectContext {
    let recorder = recorder, pieces = HiddenPieces(recorder.secrets)
    return EffectContext(
      run: run, path: frame.path, attempt: frame.attempt, call: effect?.call ?? "", host: effect?.host,
      output: { line, host in
        let text = recorder.secrets.hidden(line)
        recorder.keep(recorder.event(Event.StepOutput(text: .string(text)), frame, host: host))
      },
      print: { piece, host in
        guard let hidden = pieces.hidden(piece) else { return }
        // Bytes that are not text are kept as they came.
        let text = String(validating: hidden, as: UTF8.self).map { Value.string($0) } ?? .bytes(hidden)
        await recorder.keepOutput(
          recorder.event(Event.StepOutput(text: text), frame, host: host), size: piece.bytes.count)
      },
      unchanged: { frame.saidUnchanged() })
  }

  /// A command with its host, for people.
  static func shown(_ text: String, _ host: String?) -> String { host.map { "\($0): \(text)" } ?? text }
}
