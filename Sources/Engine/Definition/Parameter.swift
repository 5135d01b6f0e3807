import Values

/// A parameter of a ``Primitive``, or a member of its options.
package struct Parameter: Sendable, Hashable {
  /// Its name.
  package var name: String
  /// What it takes.
  package var type: ParameterType
  /// Whether it may be left out.
  package var isOptional: Bool
  /// The value used when it is left out.
  package var defaultValue: Value?
  /// What it is for.
  package var summary: String
  /// Which numbers it takes; `nil` for any.
  package var bounds: NumberBounds?
  /// Its deprecation; `nil` where it stays.
  package var deprecation: Deprecation?

  /// A parameter that must be given.
  package init(_ name: String, _ type: ParameterType, _ summary: String) {
    self.init(name: name, type: type, isOptional: false, defaultValue: nil, summary: summary)
  }

  private init(name: String, type: ParameterType, isOptional: Bool, defaultValue: Value?, summary: String) {
    self.name = name
    self.type = type
    self.isOptional = isOptional
    self.defaultValue = defaultValue
    self.summary = summary
  }

  /// A parameter that may be left out.
  package static func optional(
    _ name: String, _ type: ParameterType, default value: Value? = nil, _ summary: String
  ) -> Parameter {
    Parameter(name: name, type: type, isOptional: true, defaultValue: value, summary: summary)
  }

  /// The same parameter, which takes such numbers only.
  package func bounded(_ bounds: NumberBounds) -> Parameter {
    var parameter = self
    parameter.bounds = bounds
    return parameter
  }

  /// The same parameter, which will be removed in the next major version of the API.
  package func deprecated(since version: APIVersion, instead: String) -> Parameter {
    var parameter = self
    parameter.deprecation = Deprecation(since: version, instead: instead)
    return parameter
  }
}

/// What a ``Parameter`` takes.
package indirect enum ParameterType: Sendable, Hashable {
  /// Text.
  case string
  /// A whole number.
  case integer
  /// Any number.
  case number
  /// `true` or `false`.
  case boolean
  /// Seconds as a number, or text such as `500ms`, `2s`, `5m`, `1h`. Arrives as seconds (``Value/number(_:)``).
  case duration
  /// A secret; text is taken as one.
  case secret
  /// A host of the inventory: the object or its name. Arrives as its name; an unknown one never arrives.
  case host
  /// A host, or a list of hosts, of which the first that answers is used. Arrives as a name, or a list of names with at
  /// least one.
  case hosts
  /// One of these words.
  case oneOf([String])
  /// A list of values of such a type.
  case list(ParameterType)
  /// Text keys with values of such a type.
  case map(ParameterType)
  /// Named members; an unknown key is an error.
  case record([Parameter])
  /// Anything that is data.
  case any
  /// A function, with its type in LuaCATS notation. Never arrives: built-ins take it from the call itself.
  case function(String)
}

/// A kind of object that runbooks get, for example a host.
package struct ObjectType: Sendable {
  /// Its name in definitions, for example `Host`.
  package var name: String
  /// What it is.
  package var summary: String
  /// Its members.
  package var fields: [Field]

  /// A member of an object.
  package struct Field: Sendable {
    /// Its name.
    package var name: String
    /// Its type in LuaCATS notation; the name of another ``ObjectType`` where it is one, with `?` where it may be nil.
    package var type: String
    /// What it is.
    package var summary: String
  }

  init(_ name: String, _ summary: String, _ fields: [(String, String, String)]) {
    self.name = name
    self.summary = summary
    self.fields = fields.map { Field(name: $0.0, type: $0.1, summary: $0.2) }
  }

  /// The objects that a runbook's function uses, each after those that it has as members.
  package static let all: [ObjectType] = [host, stack, inventory, run]

  /// A host of the inventory.
  package static let host = ObjectType(
    "Host", "A host of the inventory. It prints as its name.",
    [
      ("name", "string", "The inventory name."), ("address", "string", "The address that the other hosts use for it."),
      ("role", "\"manager\"|\"worker\"", "What it is in the swarm."),
      ("services", "string[]", "The services that the inventory gives it."),
      ("labels", "table<string, string>", "Labels that its node gets beside those of its services."),
      ("advertise_address", "string?", "The address that it advertises to the swarm, if the inventory names one."),
    ])

  /// `run.inventory.stack`
  package static let stack = ObjectType(
    "InventoryStack", "The stack that the inventory describes.",
    [
      ("name", "string", "Its name."), ("directory", "string", "The folder of the compose files, on the manager."),
      ("files", "string[]", "The compose files in the order in which they are merged."),
      ("deploy_options", "string[]", "Extra arguments for `docker stack deploy`."),
      ("environment", "table<string, string>", "Variables for the compose files."),
    ])

  /// `run.inventory`
  package static let inventory = ObjectType(
    "InventoryView", "The inventory.",
    [
      ("stack", "InventoryStack?", "The stack; nil if the inventory describes none."),
      ("hosts", "Host[]", "All hosts, in the order of the file."),
      ("manager", "Host", "The manager; the first if there are several."),
      ("managers", "Host[]", "All managers."), ("workers", "Host[]", "All workers."),
    ])

  /// The argument of a runbook's function.
  package static let run = ObjectType(
    "Run", "The argument of a runbook's function.",
    [
      ("id", "string", "The run's ID."),
      ("params", "table<string, any>", "The runbook's parameters, with the values of this run."),
      ("inventory", "InventoryView", "The inventory."),
    ])
}
