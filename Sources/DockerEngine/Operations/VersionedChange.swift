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
