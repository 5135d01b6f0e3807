import LuaVM
import Values

/// Checks what a script passed against a function's ``Parameter`` list.
///
/// In a plan an argument may be an ``Unknown``; it passes every check as a placeholder of the expected type.
struct ArgumentCheck {
  /// The function as the script calls it, for example `swarm.join`.
  let function: String
  let conversion: Conversion

  /// Functions that only show their texts: a text that is not UTF-8, for example a command's output, is shown repaired.
  private static let showing: Set<String> = [
    "fail", "refuse", "conclude", "note", "show_table", "log.info", "log.warn",
  ]

  /// The results of checking.
  struct Outcome {
    var arguments: Arguments
    /// The hosts that the arguments name individually, in order.
    private(set) var named: [String] = []
    private var names: Set<String> = []
    /// The lists of several hosts of which any one can be used, such as managers of a swarm.
    var choices: [[String]] = []
    /// All hosts among the arguments.
    var hosts: [String] { choices.reduce(into: named) { all, choice in all += choice.filter { !all.contains($0) } } }
    /// The deprecated names among the arguments.
    var deprecated: [DeprecatedUse] = []
    /// The first argument that is not known yet.
    var unknown: Unknown?

    init(arguments: Arguments) { self.arguments = arguments }

    /// Notes a host, which may be named several times.
    mutating func name(_ host: String) {
      if names.insert(host).inserted { named.append(host) }
    }
  }

  /// The checked arguments; throws a ``Failure`` of code ``FailureCode/argument`` without place.
  func check(_ given: [LuaValue], against parameters: [Parameter]) throws -> Outcome {
    var outcome = Outcome(arguments: Arguments([:]))
    guard given.count <= parameters.count else {
      throw Failure(
        .argument,
        "\(function) takes \(parameters.count) argument\(parameters.count == 1 ? "" : "s"), not \(given.count)",
        hint: usage(parameters))
    }
    var values: [String: Value] = [:]
    for (index, parameter) in parameters.enumerated() {
      let value = index < given.count ? given[index] : .nil
      values[parameter.name] = try check(value, parameter, where: "argument \(index + 1) (\(parameter.name))", &outcome)
    }
    outcome.arguments = Arguments(values)
    return outcome
  }

  /// The checked options that a built-in takes as one table, wherever it is among its arguments.
  func options(_ table: LuaValue, _ members: [Parameter]) throws -> Arguments {
    var outcome = Outcome(arguments: Arguments([:]))
    return Arguments(try record(table, members, "the options", &outcome))
  }

  private func check(
    _ value: LuaValue, _ parameter: Parameter, where location: String, _ outcome: inout Outcome
  ) throws -> Value? {
    if case .nil = value {
      if parameter.isOptional {
        // Its members' defaults apply, unless it must be given itself to have any.
        if case .record(let members) = parameter.type, members.allSatisfy(\.isOptional) {
          return .object(try record(.dictionary([:]), members, location, &outcome))
        }
        return parameter.defaultValue
      }
      throw Failure(.argument, "\(function): \(location) is missing", hint: "\(parameter.name): \(parameter.summary)")
    }
    if let deprecation = parameter.deprecation {
      outcome.deprecated.append(DeprecatedUse(what: "\(location) of \(function)", deprecation: deprecation))
    }
    let converted = try convert(value, parameter.type, location, &outcome)
    // A plan's placeholder has no number yet.
    if let bounds = parameter.bounds, value.firstUnknown == nil { try check(converted, within: bounds, location) }
    return converted
  }

  private func check(_ value: Value, within bounds: NumberBounds, _ location: String) throws {
    let number: Double
    switch value {
    case .integer(let whole): number = Double(whole)
    case .number(let any): number = any
    default: return
    }
    if bounds.contains(number) { return }
    throw Failure(
      .argument, "\(function): \(location) is \(NumberBounds.words(number)); it must be \(bounds.text)")
  }

  private func convert(
    _ value: LuaValue, _ type: ParameterType, _ location: String, _ outcome: inout Outcome
  ) throws -> Value {
    if case .object(let object) = value, let unknown = object.payload as? Unknown {
      outcome.unknown = outcome.unknown ?? unknown
      return placeholder(type, unknown)
    }
    func wrong(_ wanted: String) -> Failure {
      Failure(.argument, "\(function): \(location) must be \(wanted), not \(value.kindName)")
    }
    switch (type, value) {
    case (.string, .string(let text)): return .string(text)
    case (.string, .bytes(let bytes)) where Self.showing.contains(function):
      return .string(String(decoding: bytes, as: UTF8.self))
    case (.string, .integer(let number)): return .string(String(number))
    case (.string, .object(let object)) where object.payload is HostView: return .string(object.text)
    case (.string, _): throw wrong("text")
    case (.integer, .integer(let number)): return .integer(number)
    case (.integer, .number(let number)) where number.rounded() == number && abs(number) < 9e15:
      return .integer(Int64(number))
    case (.integer, _): throw wrong("a whole number")
    case (.number, .integer(let number)): return .number(Double(number))
    case (.number, .number(let number)): return .number(number)
    case (.number, _): throw wrong("a number")
    case (.boolean, .bool(let flag)): return .bool(flag)
    case (.boolean, _): throw wrong("true or false")
    case (.duration, .integer(let seconds)): return try duration(Double(seconds), location)
    case (.duration, .number(let seconds)): return try duration(seconds, location)
    case (.duration, .string(let text)):
      guard let seconds = DurationText.seconds(text) else {
        throw Failure(
          .argument, "\(function): \(location) is not a duration: \"\(text)\"",
          hint: "write 500ms, 2s, 5m, 1h, or seconds")
      }
      return try duration(seconds, location)
    case (.duration, _): throw wrong("a duration such as \"2s\"")
    case (.secret, .object(let object)):
      guard let secret = object.payload as? Secret else { throw wrong("a secret or text") }
      return .secret(secret)
    case (.secret, .string(let text)): return .secret(Secret(text))
    case (.secret, _): throw wrong("a secret or text")
    case (.host, _): return try host(value, location, &outcome, wrong("a host of the inventory"))
    case (.hosts, .list(let elements)):
      guard !elements.isEmpty else { throw wrong("a host of the inventory, or a list with at least one") }
      if elements.count == 1 { return try convert(.list(elements), .list(.host), location, &outcome) }
      var choice = Outcome(arguments: outcome.arguments)
      let converted = try convert(.list(elements), .list(.host), location, &choice)
      outcome.unknown = outcome.unknown ?? choice.unknown
      outcome.choices.append(choice.named)
      return converted
    case (.hosts, _): return try host(value, location, &outcome, wrong("a host of the inventory, or a list of hosts"))
    case (.oneOf(let words), .string(let text)):
      guard words.contains(text) else {
        throw Failure(
          .argument, "\(function): \(location) is \"\(text)\", which is not one of \(words.joined(separator: ", "))",
          hint: Suggestion.hint(for: text, among: words))
      }
      return .string(text)
    case (.oneOf(let words), _): throw wrong("one of \(words.joined(separator: ", "))")
    case (.list(let element), .list(let elements)):
      var converted: [Value] = []
      for (index, item) in elements.enumerated() {
        converted.append(try convert(item, element, "\(location)[\(index + 1)]", &outcome))
      }
      return .array(converted)
    case (.list, _): throw wrong("a list")
    case (.map(let element), .dictionary(let members)):
      var converted: [String: Value] = [:]
      for (name, item) in members { converted[name] = try convert(item, element, "\(location).\(name)", &outcome) }
      return .object(converted)
    case (.map, .list(let elements)) where elements.isEmpty: return .object([:])
    case (.map, _): throw wrong("a table with text keys")
    case (.record(let members), _): return .object(try record(value, members, location, &outcome))
    case (.function, .function): return .null
    case (.function, _): throw wrong("a function")
    case (.any, _):
      outcome.unknown = outcome.unknown ?? value.firstUnknown
      return try conversion.value(value, what: "\(function): \(location)")
    }
  }

  private func duration(_ seconds: Double, _ location: String) throws -> Value {
    try check(.number(seconds), within: .duration, "\(location), in seconds,")
    return .number(seconds)
  }

  private func record(
    _ value: LuaValue, _ members: [Parameter], _ location: String, _ outcome: inout Outcome
  ) throws -> [String: Value] {
    let given: [String: LuaValue]
    switch value {
    case .dictionary(let fields): given = fields
    case .list(let elements) where elements.isEmpty: given = [:]
    default: throw Failure(.argument, "\(function): \(location) must be a table of options, not \(value.kindName)")
    }
    let known = members.map(\.name)
    if let stranger = given.keys.sorted().first(where: { !known.contains($0) }) {
      throw Failure(
        .argument, "\(function): there is no option \"\(stranger)\"", hint: Suggestion.hint(for: stranger, among: known)
      )
    }
    var result: [String: Value] = [:]
    for member in members {
      result[member.name] = try check(given[member.name] ?? .nil, member, where: "option \(member.name)", &outcome)
    }
    return result
  }

  private func host(
    _ value: LuaValue, _ location: String, _ outcome: inout Outcome, _ wrong: Failure
  ) throws -> Value {
    let name: String
    switch value {
    case .object(let object):
      guard let host = object.payload as? HostView else { throw wrong }
      name = host.name
    case .string(let text): name = text
    default: throw wrong
    }
    guard conversion.hosts[name] != nil else {
      throw Failure(
        .argument, "\(function): \(location) names \"\(name)\", which is not a host of the inventory",
        hint: Suggestion.hint(for: name, among: conversion.hosts.names))
    }
    outcome.name(name)
    return .string(name)
  }

  private func placeholder(_ type: ParameterType, _ unknown: Unknown) -> Value {
    switch type {
    case .string, .host, .hosts, .oneOf, .any: .string(unknown.text)
    case .integer: .integer(0)
    case .number, .duration: .number(0)
    case .boolean: .bool(false)
    case .secret: .secret(Secret(unknown.text))
    case .list: .array([.string(unknown.text)])
    case .map, .record: .object([:])
    case .function: .null
    }
  }

  private func usage(_ parameters: [Parameter]) -> String {
    "usage: \(function)(\(parameters.map { $0.isOptional ? "[\($0.name)]" : $0.name }.joined(separator: ", ")))"
  }
}
