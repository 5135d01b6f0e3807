import Values

/// A parameter of a ``Primitive``, or a member of its options.
public struct Parameter: Sendable, Hashable {
  /// Its name.
  public var name: String
  /// What it takes.
  public var type: ParameterType
  /// Whether it may be left out.
  public var isOptional: Bool
  /// The value used when it is left out.
  public var defaultValue: Value?
  /// What it is for.
  public var summary: String
  /// Which numbers it takes; `nil` for any.
  public var bounds: NumberBounds?
  /// Its deprecation; `nil` where it stays.
  public var deprecation: Deprecation?

  /// A parameter that must be given.
  public init(_ name: String, _ type: ParameterType, _ summary: String) {
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
  public static func optional(
    _ name: String, _ type: ParameterType, default value: Value? = nil, _ summary: String
  ) -> Parameter {
    Parameter(name: name, type: type, isOptional: true, defaultValue: value, summary: summary)
  }

  /// The same parameter, which takes such numbers only.
  public func bounded(_ bounds: NumberBounds) -> Parameter {
    var parameter = self
    parameter.bounds = bounds
    return parameter
  }

  /// The same parameter, which will be removed in the next major version of the API.
  public func deprecated(since version: APIVersion, instead: String) -> Parameter {
    var parameter = self
    parameter.deprecation = Deprecation(since: version, instead: instead)
    return parameter
  }
}

/// What a ``Parameter`` takes.
public indirect enum ParameterType: Sendable, Hashable {
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
