import Engine
import HostModules
import Synchronization
import Testing
import Values

/// Calls primitives as a step does, with the defaults of what is left out.
struct BoundModules: Sendable {
  let modules: [HostModule]

  init(fleet: Fleet) { modules = HostModules.all(fleet: fleet) }

  /// What a call came to.
  struct Outcome {
    let value: Value
    /// Whether it said that it changed nothing.
    let isUnchanged: Bool
    /// The lines that it showed.
    let output: [String]
  }

  /// Calls `module.function` with arguments in order.
  @discardableResult
  func call(_ name: String, _ arguments: Value..., sourceLocation: Testing.SourceLocation = #_sourceLocation)
    async throws
    -> Outcome
  {
    let primitive = try primitive(name, sourceLocation)
    let unchanged = Mutex(false), output = Mutex<[String]>([])
    let context = EffectContext(
      run: "test", path: "test", attempt: 1, call: String(UInt64.random(in: 0...UInt64.max), radix: 16),
      output: { line, _ in output.withLock { $0.append(line) } },
      unchanged: { unchanged.withLock { $0 = true } })
    let value = try await primitive.perform(try Self.checked(primitive, arguments), context)
    return Outcome(value: value, isUnchanged: unchanged.withLock { $0 }, output: output.withLock { $0 })
  }

  /// The documented commands of a call.
  func commands(_ name: String, _ arguments: Value..., sourceLocation: Testing.SourceLocation = #_sourceLocation) throws
    -> [ProcedureCommand]
  {
    let primitive = try primitive(name, sourceLocation)
    return primitive.commands(try Self.checked(primitive, arguments))
  }

  private func primitive(_ name: String, _ location: Testing.SourceLocation) throws -> Primitive {
    let parts = name.split(separator: ".").map(String.init)
    let module = modules.first { $0.name == parts[0] }
    return try #require(module?.primitives.first { $0.name == parts[1] }, "\(name)", sourceLocation: location)
  }

  private static func checked(_ primitive: Primitive, _ given: [Value]) throws -> Arguments {
    #expect(given.count <= primitive.parameters.count)
    var values: [String: Value] = [:]
    for (index, parameter) in primitive.parameters.enumerated() {
      values[parameter.name] = filled(index < given.count ? given[index] : nil, parameter)
    }
    return Arguments(values)
  }

  private static func filled(_ value: Value?, _ parameter: Parameter) -> Value? {
    guard case .record(let members) = parameter.type else { return value ?? parameter.defaultValue }
    let given = value?.objectValue ?? [:]
    var result: [String: Value] = [:]
    for member in members { result[member.name] = filled(given[member.name], member) }
    return .object(result)
  }
}
