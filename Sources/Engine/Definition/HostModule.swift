/// A module of primitives that runbooks see as a global table, for example `swarm`.
public struct HostModule: Sendable {
  /// The name of the global.
  public var name: String
  /// What it is for.
  public var summary: String
  /// Its functions.
  public var primitives: [Primitive]

  /// Describes a module.
  public init(_ name: String, _ summary: String, _ primitives: [Primitive]) {
    self.name = name
    self.summary = summary
    self.primitives = primitives
  }

  /// The module with other primitives in place of its own; `name` is the whole name, for example `swarm.join`.
  public func mapping(_ change: (_ name: String, _ primitive: Primitive) -> Primitive) -> HostModule {
    var module = self
    module.primitives = primitives.map { change("\(self.name).\($0.name)", $0) }
    return module
  }
}
