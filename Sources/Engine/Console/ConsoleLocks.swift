import Values

/// The locks of a console: it is not a run that could be resumed, so it leaves no record on the hosts, and what a killed
/// console held is free after its time.
struct ConsoleLocks: HostLocks {
  let locks: any HostLocks

  var hosts: [String] { locks.hosts }
  var leadingHosts: [String] { locks.leadingHosts }
  func system() async -> SharedSystem? { await locks.system() }
  func take(_ host: String, for request: LockRequest, hasChanged: Bool, takingOver: TakenOver) async throws
    -> LockResult
  {
    try await locks.take(host, for: request, hasChanged: false, takingOver: takingOver)
  }
  func renew(_ host: String, for request: LockRequest, hasChanged: Bool) async throws -> LockResult {
    try await locks.renew(host, for: request, hasChanged: false)
  }
  func leaveRecord(_ host: String, of request: LockRequest) async throws {
    try await locks.release(host, of: request)
  }
  func release(_ host: String, of request: LockRequest) async throws { try await locks.release(host, of: request) }
}
