import Journal
import LuaVM

/// Limits the branches of a `parallel` over hosts to one host: in those of the others nothing is changed.
///
/// Such a branch returns what is recorded, carries out steps that only read, and ends before the first that would
/// change something. The run then ends after the `parallel`: later steps may need all branches.
struct OnlyDriver: DriverLayer {
  let inner: any StepDriver
  let host: String
  let history: RunState
  /// The paths of steps that change nothing, as a walk has found.
  let reading: Set<String>

  func step(_ request: StepRequest) async throws -> LuaValue {
    let isDone = history.step(at: request.path)?.status == .succeeded
    if !isDone, !reading.contains(request.path) { try leaveOut(request.scope) }
    return try await inner.step(request)
  }

  func perform(_ call: PrimitiveCall, in frame: StepFrame) async throws -> LuaValue {
    // A walk may not have seen that the step changes something.
    if case .changes = call.primitive.effect, let scope = TaskContext.scope { try leaveOut(scope) }
    return try await inner.perform(call, in: frame)
  }

  func approve(_ message: String, in scope: Scope) async throws {
    let isGranted = history.approval(at: scope.path(of: "approve: \(message)"))?.answer == .granted
    if !isGranted { try leaveOut(scope) }
    try await inner.approve(message, in: scope)
  }

  /// Throws where the branch is another host's.
  private func leaveOut(_ scope: Scope) throws {
    if let other = scope.host, other != host { throw LeftOut(hosts: [other]) }
  }
}
