import Journal
import Values

/// A host function of a runbook that reads or changes the outside, for example `swarm.join`.
///
/// One description serves the argument checks, the editor's definitions, the plan and the reference.
package struct Primitive: Sendable {
  /// The name inside its module, for example `join`.
  package var name: String
  /// What it does, as one or more sentences.
  package var summary: String
  /// The parameters in order. Named options are one last parameter of type ``ParameterType/record(_:)``.
  package var parameters: [Parameter]
  /// What it returns, for the reference and the editor.
  package var returns: ReturnType
  /// What it does to the outside.
  package var effect: Effect
  /// The commands of the documented procedure that it represents.
  package var commands: @Sendable (Arguments) -> [ProcedureCommand]
  /// What makes two calls of it the same piece of work; all of its arguments, if it does not define its own.
  package var identity: @Sendable (Arguments) -> CallIdentity
  /// Where its host keeps its command, so that it can be found and ended there; `nil` if nothing of it outlives the
  /// call. Determined before the call is recorded.
  package var site: @Sendable (_ run: String, Arguments) async throws -> CallSite?
  /// Its deprecation; `nil` where it stays.
  package var deprecation: Deprecation?
  /// Does it. Runs off the Lua thread; throws ``Failure``.
  package var perform: @Sendable (Arguments, EffectContext) async throws -> Value

  package init(
    _ name: String, _ summary: String, parameters: [Parameter] = [], returns: ReturnType = .nothing, effect: Effect,
    deprecated deprecation: Deprecation? = nil,
    commands: @escaping @Sendable (Arguments) -> [ProcedureCommand] = { _ in [] },
    identity: @escaping @Sendable (Arguments) -> CallIdentity = CallIdentity.all,
    site: @escaping @Sendable (_ run: String, Arguments) async throws -> CallSite? = { _, _ in nil },
    perform: @escaping @Sendable (Arguments, EffectContext) async throws -> Value
  ) {
    self.name = name
    self.summary = summary
    self.parameters = parameters
    self.returns = returns
    self.effect = effect
    self.deprecation = deprecation
    self.commands = commands
    self.identity = identity
    self.site = site
    self.perform = perform
  }
}

/// What a primitive does to the outside.
package enum Effect: Sendable, Hashable {
  /// Nothing: a computation, allowed anywhere.
  case pure
  /// Reads; allowed inside steps, and in a plan.
  case reads
  /// Changes something; allowed inside steps only.
  case changes(Repetition)
}

/// What happens when a changing primitive is carried out again after a crash in its middle.
package enum Repetition: Sendable, Hashable {
  /// It checks first, so that a second time does no harm.
  case idempotent
  /// It leaves its work on the host under a name that the journal holds, so that an equal call of the step finds it
  /// there and follows it.
  case reattaching
  /// A second time may do harm: a step in doubt that used it needs a `check` or an operator's answer.
  case notIdempotent
}

/// What a primitive returns.
package struct ReturnType: Sendable, Hashable {
  /// The type in LuaCATS notation, for example `string[]`; `nil` when nothing is returned.
  package var luaType: String?
  /// What it is.
  package var summary: String

  package init(_ luaType: String?, _ summary: String) {
    self.luaType = luaType
    self.summary = summary
  }

  /// No result.
  package static let nothing = ReturnType(nil, "")
}

/// A module of primitives that runbooks see as a global table, for example `swarm`.
package struct HostModule: Sendable {
  /// The name of the global.
  package var name: String
  /// What it is for.
  package var summary: String
  /// Its functions.
  package var primitives: [Primitive]

  package init(_ name: String, _ summary: String, _ primitives: [Primitive]) {
    self.name = name
    self.summary = summary
    self.primitives = primitives
  }

  /// The module with other primitives in place of its own; `name` is the whole name, for example `swarm.join`.
  package func mapping(_ change: (_ name: String, _ primitive: Primitive) -> Primitive) -> HostModule {
    var module = self
    module.primitives = primitives.map { change("\(self.name).\($0.name)", $0) }
    return module
  }
}

/// What a primitive knows about the step that it acts for.
package struct EffectContext: Sendable {
  /// The run's ID.
  package var run: String
  /// The step's path.
  package var path: String
  /// The attempt, counted from 1.
  package var attempt: Int
  /// The call's name in the run, also on its host. An equal call of a later attempt has the same.
  package var call: String
  /// The inventory name of the host that was recorded with the call; `nil` where none was.
  package var host: String?
  /// What an earlier attempt left of this call; `nil` where it begins now.
  package var earlier: EarlierCall?
  /// To be called by a primitive that reattaches, as soon as its host has said that the work was begun.
  package var launched: @Sendable () -> Void
  /// Shows and records a line that a command printed on a host. Must not hold a secret.
  package var output: @Sendable (_ line: String, _ host: String?) -> Void
  /// Shows and records what a command printed on a host. Must not hold a secret that the run does not know. Returns when
  /// there is room for more: whoever reads the command's output waits as long.
  package var print: @Sendable (_ piece: PrintedPiece, _ host: String?) async -> Void
  /// To be called by a changing primitive that found everything as it should be and changed nothing: a step of which
  /// all changing calls say so is reported as "already so".
  package var unchanged: @Sendable () -> Void

  package init(
    run: String, path: String, attempt: Int, call: String = "", host: String? = nil,
    earlier: EarlierCall? = nil,
    launched: @escaping @Sendable () -> Void = {},
    output: @escaping @Sendable (_ line: String, _ host: String?) -> Void = { _, _ in },
    print: (@Sendable (_ piece: PrintedPiece, _ host: String?) async -> Void)? = nil,
    unchanged: @escaping @Sendable () -> Void = {}
  ) {
    self.run = run
    self.path = path
    self.attempt = attempt
    self.call = call
    self.host = host
    self.earlier = earlier
    self.launched = launched
    self.output = output
    self.print = print ?? { piece, host in for line in OutputText.lines(of: piece.bytes) { output(line, host) } }
    self.unchanged = unchanged
  }
}

/// What is known about a call that an earlier attempt began and that is continued.
package struct EarlierCall: Sendable, Hashable {
  /// What its host had reported about itself before.
  package var site: [String: String]
  /// Whether its host has said that it was begun.
  package var isLaunched: Bool

  package init(site: [String: String], isLaunched: Bool) {
    self.site = site
    self.isLaunched = isLaunched
  }
}

/// A piece of what a command prints: one or more lines, without the end of the last one.
package struct PrintedPiece: Sendable, Hashable {
  /// The bytes as they came.
  package var bytes: [UInt8]
  /// Whether they came from the command's standard error.
  package var isError: Bool
  /// Whether the last line continues in the next piece of the same channel.
  package var isCut: Bool

  package init(_ bytes: [UInt8], isError: Bool = false, isCut: Bool = false) {
    self.bytes = bytes
    self.isError = isError
    self.isCut = isCut
  }
}
