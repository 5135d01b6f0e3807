import LuaVM
import Values

/// A parameter of a runbook, as `params` declares it.
struct RunParameter: Sendable {
  enum Kind: String, CaseIterable { case string, integer, number, boolean, duration, host, secret }

  var name: String
  var kind: Kind
  var defaultValue: Value?
  var isRequired: Bool
  var choices: [String]
  var help: String

  /// What a parameter's table may hold.
  static let members: [Parameter] = [
    .optional("default", .any, "The value if the command line gives none."),
    .optional("help", .string, "What it is for."),
    .optional(
      "type", .oneOf(Kind.allCases.map(\.rawValue)), "What it takes; taken from `default` if left out."),
    .optional("required", .boolean, "Whether it must be given."),
    .optional("choices", .list(.string), "The texts that it takes."),
  ]

  /// Reads `params` from a snapshot of the table, by name.
  static func read(_ table: LuaValue) throws -> [RunParameter] {
    guard case .dictionary(let fields) = table else { return [] }
    let checker = ArgumentCheck(function: "runbook: params", conversion: Conversion(hosts: HostDirectory(hosts: [])))
    return try fields.keys.sorted().map { name in
      let members = try checker.check([fields[name]!], against: [Parameter(name, .record(members), "a parameter")])
        .arguments.record(name)
      let standard = members["default"]
      let kind: Kind =
        switch standard {
        case .integer: .integer
        case .number: .number
        case .bool: .boolean
        default: .string
        }
      return RunParameter(
        name: name, kind: members.optionalString("type").flatMap(Kind.init) ?? kind, defaultValue: standard,
        isRequired: members.flag("required"), choices: members.strings("choices"),
        help: members.optionalString("help") ?? "")
    }
  }

  /// The value of what was given on the command line.
  func value(of text: String?, hosts: HostDirectory) throws -> Value {
    guard let text else {
      if isRequired && defaultValue == nil {
        throw Failure(.parameter, "the parameter \(name) must be given", hint: "--param \(name)=… \(help)")
      }
      return defaultValue ?? .null
    }
    if !choices.isEmpty && !choices.contains(text) {
      throw Failure(
        .parameter, "the parameter \(name) can't be \"\(text)\"", hint: Suggestion.hint(for: text, among: choices))
    }
    let value: Value? =
      switch kind {
      case .string: .string(text)
      case .integer: Int64(text).map { .integer($0) }
      case .number: Double(text).map { .number($0) }
      case .duration: DurationText.seconds(text).map { _ in .string(text) }
      case .boolean: ["true": true, "yes": true, "false": false, "no": false][text].map { .bool($0) }
      case .host: hosts[text].map { .object([Conversion.hostKey: .string($0.name)]) }
      case .secret: try SecretSource(text).map { .secret(try $0.read(parameter: name)) }
      }
    guard let value else {
      throw Failure(
        .parameter, "the parameter \(name) must be \(Self.words[kind]!)\(kind == .secret ? "" : ", not \"\(text)\"")",
        hint: kind == .host ? Suggestion.hint(for: text, among: hosts.names) : "--param \(name)=… \(help)")
    }
    return value
  }

  private static let words: [Kind: String] = [
    .string: "text", .integer: "a whole number", .number: "a number", .boolean: "true or false",
    .duration: "a duration such as 90s or 5m", .host: "a host of the inventory",
    .secret: "@FILE or env:NAME, so that the secret itself is in no argument list",
  ]
}
