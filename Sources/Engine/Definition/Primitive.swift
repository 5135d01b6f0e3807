import Values

/// A host function of a runbook that reads or changes the outside, for example `swarm.join`.
///
/// One description serves the argument checks, the editor's definitions, the plan and the reference.
public struct Primitive: Sendable {
  /// The name inside its module, for example `join`.
  public var name: String
  /// What it does, as one or more sentences.
  public var summary: String
  /// The parameters in order. Named options are one last parameter of type ``ParameterType/record(_:)``.
  public var parameters: [Parameter]
  /// What it returns, for the reference and the editor.
  public var returns: ReturnType
  /// What it does to the outside.
  public var effect: Effect
  /// The commands of the documented procedure that it represents.
  public var commands: @Sendable (Arguments) -> [ProcedureCommand]
  /// What makes two calls of it the same piece of work; all of its arguments, if it does not define its own.
  public var identity: @Sendable (Arguments) -> CallIdentity
  /// Where its host keeps its command, so that it can be found and ended there; `nil` if nothing of it outlives the
  /// call. Determined before the call is recorded.
  public var site: @Sendable (_ run: String, Arguments) async throws -> CallSite?
  /// Its deprecation; `nil` where it stays.
  public var deprecation: Deprecation?
  /// Does it. Runs off the Lua thread; throws ``Failure``.
  public var perform: @Sendable (Arguments, EffectContext) async throws -> Value

  /// Describes a primitive.
  public init(
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
public enum Effect: Sendable, Hashable {
  /// Nothing: a computation, allowed anywhere.
  case pure
  /// Reads; allowed inside steps, and in a plan.
  case reads
  /// Changes something; allowed inside steps only.
  case changes(Repetition)
}

/// What happens when a changing primitive is carried out again after a crash in its middle.
public enum Repetition: Sendable, Hashable {
  /// It checks first, so that a second time does no harm.
  case idempotent
  /// It leaves its work on the host under a name that the journal holds, so that an equal call of the step finds it
  /// there and follows it.
  case reattaching
  /// A second time may do harm: a step in doubt that used it needs a `check` or an operator's answer.
  case notIdempotent
}

/// What a primitive returns.
public struct ReturnType: Sendable, Hashable {
  /// The type in LuaCATS notation, for example `string[]`; `nil` when nothing is returned.
  public var luaType: String?
  /// What it is.
  public var summary: String

  /// Describes a result.
  public init(_ luaType: String?, _ summary: String) {
    self.luaType = luaType
    self.summary = summary
  }

  /// No result.
  public static let nothing = ReturnType(nil, "")
}
