import Values

/// Changes a part of an object's spec and keeps all else.
///
/// An update replaces the whole spec at the version that was read, and the version moves also when the managers write
/// the object's status. So on "update out of sequence" it is read, changed and written again. That is also how a doubt
/// is settled: a write that may or may not have been done is followed by reading from the next manager, and a
/// second write at the old version would be refused.
struct VersionedChange: Sendable {
  let managers: Managers
  /// How often it is tried.
  var attempts = 10

  /// - Parameters:
  ///   - read: reads the object.
  ///   - change: the new spec for the object as it is, or that it is right.
  ///   - write: writes the spec at the version of the object that was read.
  /// - Returns: the object before, and whether it was changed.
  func apply<Object: Sendable>(
    read: (EngineClient) async throws -> Object, change: (Object) throws -> SpecEdit,
    write: (EngineClient, Object, Value) async throws -> Void
  ) async throws -> ChangeOutcome<Object> {
    var attempt = 1
    var inDoubt: Object?
    while true {
      let object = try await managers.read(read)
      guard case .write(let spec) = try change(object) else {
        return inDoubt.map { .changed($0) } ?? .unchanged(object)
      }
      do {
        try await managers.change { try await write($0, object, spec) }
        return .changed(inDoubt ?? object)
      } catch let failure as Failure where failure.leavesDoubt && attempt < attempts {
        inDoubt = inDoubt ?? object
      } catch let failure as Failure where failure.code == .swarmUpdateOutOfSequence && attempt < attempts {
        // Each that comes too late lets the others go first, a little longer each time.
        try await ContinuousClock().sleep(for: .milliseconds(10 * attempt))
      }
      attempt += 1
    }
  }
}

/// What is to become of a spec. Not an optional: JSON's own `null` could be taken for "nothing".
enum SpecEdit: Sendable {
  /// It is as it should be.
  case keep
  /// This is written in its place.
  case write(Value)
}

/// What an operation did, with what it found out.
package enum ChangeOutcome<Detail: Sendable>: Sendable {
  /// Everything was already as it should be; nothing was written.
  case unchanged(Detail)
  /// Something was changed.
  case changed(Detail)

  /// Whether something was changed.
  package var isChanged: Bool { if case .changed = self { true } else { false } }

  /// What was found out.
  package var detail: Detail {
    switch self {
    case .unchanged(let detail), .changed(let detail): detail
    }
  }
}

extension ChangeOutcome: Equatable where Detail: Equatable {}

/// Changes a part of a node's spec and keeps all else.
struct NodeSpecChange: Sendable {
  let managers: Managers

  /// - Parameters:
  ///   - id: the node's ID.
  ///   - change: the new spec for the node as it is, or that it is right.
  /// - Returns: the node before, and whether it was changed.
  func apply(to id: String, _ change: (SwarmNode) throws -> SpecEdit) async throws -> ChangeOutcome<SwarmNode> {
    try await VersionedChange(managers: managers).apply(
      read: { try await $0.node(id) }, change: change,
      write: { try await $0.updateNode($1.id, version: $1.version, spec: $2) })
  }
}

/// Changes a part of a swarm's spec and keeps all else.
struct SwarmSpecChange: Sendable {
  let managers: Managers

  /// - Parameters:
  ///   - rotating: which of the swarm's secrets the write replaces.
  ///   - change: the new spec for the swarm as it is, or that it is right. It is given the spec as it can be written
  ///     back.
  /// - Returns: the swarm before, and whether it was changed.
  func apply(
    rotating: SwarmRotation = [], _ change: (SwarmInfo, _ spec: Value) throws -> SpecEdit
  ) async throws -> ChangeOutcome<SwarmInfo> {
    try await VersionedChange(managers: managers).apply(
      read: { try await $0.swarm() },
      change: { try change($0, Self.writable($0)) },
      write: { try await $0.updateSwarm(version: $1.version, spec: $2, rotating: rotating) })
  }

  /// A swarm's spec as it can be written back: without the root certificate of an earlier rotation. An engine shows
  /// that one without its key, so writing it back would ask for a root that no one can sign with.
  static func writable(_ swarm: SwarmInfo) -> Value {
    let authority = swarm.spec.child("CAConfig").removing("SigningCACert").removing("SigningCAKey")
    return swarm.spec.setting("CAConfig", to: authority)
  }
}
