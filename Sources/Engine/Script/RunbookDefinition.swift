import LuaVM
import Values

/// What a runbook's file says about itself.
struct RunbookDefinition: Sendable {
  /// What the table of `runbook { … }` may hold.
  static let members: [Parameter] = [
    .optional("summary", .string, "What the runbook does, in one line."),
    .optional(
      "requires_api", .string,
      "The version of the API that it is written for, as \"1.0\"; refused if this program does not support it."),
    .optional("params", .map(.record(RunParameter.members)), "Its parameters."),
    .optional(
      "inventory", .record(InventoryNeeds.members),
      "What it needs of the inventory, checked before anything is contacted."),
    Parameter("[1]", .function("fun(run: Run): any"), "What it does."),
  ]

  var summary = ""
  var parameters: [RunParameter] = []
  var needs = InventoryNeeds()
  var body: LuaFunction?
  var location: SourceLocation?

  /// The values of all parameters: what was given, read as the expected type, or the defaults. All problems at once.
  func values(of given: [String: String], hosts: HostDirectory, runbook: String) throws -> [String: Value] {
    var values: [String: Value] = [:]
    var problems: [Failure] = []
    for name in given.keys.sorted() where !parameters.contains(where: { $0.name == name }) {
      problems.append(
        Failure(
          .parameter, "\(runbook) has no parameter \"\(name)\"", location: location,
          hint: Suggestion.hint(for: name, among: parameters.map(\.name))))
    }
    for parameter in parameters {
      do { values[parameter.name] = try parameter.value(of: given[parameter.name], hosts: hosts) } catch let failure
        as Failure
      {
        var failure = failure
        failure.location = failure.location ?? location
        problems.append(failure)
      }
    }
    guard let first = problems.first else { return values }
    if problems.count == 1 { throw first }
    throw Failure(
      .parameter, "\(problems.count) parameters are wrong", location: location, hint: first.hint, related: problems)
  }
}

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

/// What a runbook needs of the inventory, as `inventory = { … }` in its table says, so that an unfit inventory is
/// refused before any host is contacted.
struct InventoryNeeds: Sendable {
  /// Whether it works on a stack.
  var stack = true
  /// Whether more than one host may have the role manager.
  var allowsSeveralManagers = false

  /// What `inventory` may hold.
  static let members: [Parameter] = [
    .optional("stack", .boolean, "Whether the inventory must describe a stack; true if left out."),
    .optional(
      "managers", .oneOf(["one", "several"]), "How many hosts may have the role manager; one if left out."),
  ]

  /// Reads `inventory` from a snapshot of the table.
  static func read(_ table: LuaValue) throws -> InventoryNeeds {
    let checker = ArgumentCheck(function: "runbook", conversion: Conversion(hosts: HostDirectory(hosts: [])))
    let given = try checker.check([table], against: [Parameter("inventory", .record(members), "what it needs")])
      .arguments.record("inventory")
    return InventoryNeeds(
      stack: given["stack"]?.boolValue ?? true, allowsSeveralManagers: given.optionalString("managers") == "several")
  }

  /// Refuses an inventory that lacks something. Without any inventory there is nothing to check: the runbook then has
  /// no hosts to work on.
  func check(_ hosts: HostDirectory, runbook: String, location: SourceLocation?) throws {
    guard !hosts.hosts.isEmpty else { return }
    if stack && hosts.stack == nil {
      throw Failure(
        .inventoryUnfit, "\(runbook) works on a stack, but the inventory describes none", location: location,
        hint: "add 'stack' with its name and directory to the inventory")
    }
    let managers = hosts.hosts.filter { $0.role == "manager" }.map(\.name)
    if managers.count > 1 && !allowsSeveralManagers {
      throw Failure(
        .inventoryUnfit,
        "\(runbook) needs one manager, but \(managers.count) hosts are managers (\(managers.joined(separator: ", ")))",
        location: location, hint: "use an inventory in which one host has the role manager")
    }
  }
}
