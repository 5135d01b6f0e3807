import Values

/// How an author who tries out a runbook limits an execution. Steps within the bounds are recorded like any other step,
/// and the run continues from there when it is resumed without them.
public struct ExecutionBounds: Sendable {
  /// The step after which it stops: its path, or the end of it.
  public var until: String?
  /// The only host on which branches of a `parallel` over hosts may change something.
  public var only: String?
  /// Asks before each step that would be carried out; `nil` as an answer stops there.
  public var ask: (@Sendable (StepQuestion) async throws -> StepAnswer?)?

  /// No bounds, or these.
  public init(
    until: String? = nil, only: String? = nil, ask: (@Sendable (StepQuestion) async throws -> StepAnswer?)? = nil
  ) {
    self.until = until
    self.only = only
    self.ask = ask
  }

  var isEmpty: Bool { until == nil && only == nil && ask == nil }

  /// The bounds with the path of the step that the name refers to. Throws when a walk through the runbook shows that
  /// there is no such step or host.
  func settled(by walk: DryRun.Findings, hosts: HostDirectory) throws -> ExecutionBounds {
    var bounds = self
    if let until { bounds.until = try StepName(until).path(in: walk) }
    if let only, hosts[only] == nil {
      throw Failure(
        .stepUnknown, "\"\(only)\" is not a host of the inventory",
        hint: Suggestion.hint(for: only, among: hosts.names))
    }
    return bounds
  }
}
