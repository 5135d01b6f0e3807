/// The targets as a console takes them: what it has changed is no run that could be gone on with, so nothing says so on the
/// hosts, and what a killed console held is free after its time.
struct ConsoleTargets: TargetKeeper {
  let keeper: any TargetKeeper

  var targets: [String] { keeper.targets }
  var managers: [String] { keeper.managers }
  func cluster() async -> String? { await keeper.cluster() }
  func take(_ target: String, for claim: TargetClaim, hasChanged: Bool, displacing: Displaced) async throws
    -> TargetAnswer
  {
    try await keeper.take(target, for: claim, hasChanged: false, displacing: displacing)
  }
  func renew(_ target: String, for claim: TargetClaim, hasChanged: Bool) async throws -> TargetAnswer {
    try await keeper.renew(target, for: claim, hasChanged: false)
  }
  func leaveRecord(_ target: String, of claim: TargetClaim) async throws {
    try await keeper.release(target, of: claim)
  }
  func release(_ target: String, of claim: TargetClaim) async throws { try await keeper.release(target, of: claim) }
}
