import Engine
import Foundation
import Journal
import Synchronization
import Values

/// Locks in memory, for runs that share nothing else.
final class InMemoryLocks: HostLocks {
  struct Record: Sendable {
    var request: LockRequest
    var hasChanged = false
    var hasExpired = false
    var wasLeft = false
  }
  struct State {
    var records: [String: Record] = [:]
    var silent: Set<String> = []
    var calls: [String] = []
    var onRefusal: (@Sendable (inout State) -> Void)?
  }
  let state = Mutex(State())
  let hosts: [String]
  let leadingHosts: [String]
  private let id: String?

  init(_ hosts: [String] = ["m", "w1", "w2"], leading: [String] = ["m"], system: String? = nil) {
    self.hosts = hosts
    leadingHosts = leading
    id = system
  }

  func system() async -> SharedSystem? {
    if state.withLock({ $0.silent.contains("the swarm") }) { try? await Task.sleep(for: .seconds(3600)) }
    return id.map { SharedSystem(key: "swarm:\($0)", name: "the swarm \($0)") }
  }

  /// Changes what the hosts say.
  func change(_ body: (inout State) -> Void) { state.withLock { body(&$0) } }
  var records: [String: Record] { state.withLock { $0.records } }
  /// What was asked so far, as a verb and a host.
  var calls: [String] { state.withLock { $0.calls } }

  /// What happens once, when a request was refused.
  func onRefusal(_ hook: @escaping @Sendable (inout State) -> Void) { change { $0.onRefusal = hook } }

  /// Puts the request of another run there.
  func put(_ id: String, run: String, on names: [String], hasExpired: Bool = false, hasChanged: Bool = false) {
    let holder = LeaseHolder(machine: "there", bootID: "t", processID: 7, processStart: 7, user: "alice", run: run)
    for name in names {
      change {
        $0.records[name] = Record(
          request: LockRequest(id: id, holder: holder, duration: 30), hasChanged: hasChanged, hasExpired: hasExpired)
      }
    }
  }

  private func ask(_ verb: String, _ host: String, _ body: (inout Record?) -> LockResult) throws -> LockResult {
    try state.withLock { state in
      state.calls.append("\(verb) \(host)")
      if state.silent.contains(host) {
        throw Failure("ssh.unreachable", "The host can't be reached.", host: host, isRetryable: true)
      }
      let answer = body(&state.records[host])
      if case .taken = answer, let hook = state.onRefusal {
        state.onRefusal = nil
        hook(&state)
      }
      return answer
    }
  }

  private static func heldLock(_ record: Record) -> HeldLock {
    HeldLock(
      id: record.request.id, holder: record.request.holder, since: Date(timeIntervalSince1970: 0),
      hasExpired: record.hasExpired, hasChanged: record.hasChanged,
      wasLeft: record.wasLeft)
  }

  func take(
    _ host: String, for request: LockRequest, hasChanged: Bool, takingOver: TakenOver
  ) async throws -> LockResult {
    try ask("take", host) { record in
      if let other = record, other.request.id != request.id {
        let isFree =
          takingOver.gone.contains(other.request.id)
          || (other.hasExpired && takingOver.expired.contains(other.request.id))
        if !isFree { return .taken(Self.heldLock(other)) }
      }
      record = Record(request: request, hasChanged: hasChanged)
      return .granted
    }
  }

  func renew(_ host: String, for request: LockRequest, hasChanged: Bool) async throws -> LockResult {
    try ask("renew", host) { record in
      guard let other = record else { return .missing }
      if other.request.id != request.id { return .taken(Self.heldLock(other)) }
      record = Record(request: request, hasChanged: hasChanged)
      return .granted
    }
  }

  func leaveRecord(_ host: String, of request: LockRequest) async throws {
    _ = try ask("leave", host) { record in
      if record?.request.id == request.id {
        record?.hasExpired = true
        record?.hasChanged = true
      }
      return .granted
    }
  }

  func release(_ host: String, of request: LockRequest) async throws {
    _ = try ask("release", host) { record in
      if record?.request.id == request.id { record = nil }
      return .granted
    }
  }
}
