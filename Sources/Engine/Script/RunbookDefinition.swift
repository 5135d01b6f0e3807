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
