import Values

/// Changes one service: starts its tasks anew, gives it another image or number of tasks. The tasks follow some moments
/// later; ``StackConvergence`` waits for them.
public struct ServiceChange: Sendable {
  private let manager: EngineClient
  private let attempts = 10

  /// - Parameter manager: a manager of the service's swarm.
  public init(manager: EngineClient) { self.manager = manager }

  /// Starts the tasks anew with the same settings, on whatever nodes are right now: what `docker service update --force`
  /// does, and what is needed after labels were given back (moby#31014).
  ///
  /// - Parameter name: the service's name, with the stack's before it, or its ID.
  public func restart(_ name: String) async throws -> SwarmService {
    try await change(name) { service in
      let template = service.spec.child("TaskTemplate")
      return service.spec.setting(
        "TaskTemplate", to: template.setting("ForceUpdate", to: .integer(template.next("ForceUpdate"))))
    }.detail
  }

  /// Gives a service another image. The detail is the image before.
  public func setImage(_ image: String, of name: String) async throws -> ChangeOutcome<String> {
    let outcome = try await change(name) { service in
      if service.image == image { return nil }
      let template = service.spec.child("TaskTemplate")
      let container = template.child("ContainerSpec").setting("Image", to: .string(image))
      let spec = service.spec.setting("TaskTemplate", to: template.setting("ContainerSpec", to: container))
      // `docker stack deploy` compares this label with its files and leaves the image alone where they agree.
      guard service.labels[StackLabel.image] != nil else { return spec }
      return spec.setting("Labels", to: spec.child("Labels").setting(StackLabel.image, to: .string(image)))
    }
    return outcome.isChanged ? .changed(outcome.detail.image) : .unchanged(outcome.detail.image)
  }

  /// Sets how many tasks a replicated service has. The detail is their number before.
  public func scale(_ name: String, to count: Int) async throws -> ChangeOutcome<Int> {
    let outcome = try await change(name) { service in
      guard case .replicated(let before) = service.mode else {
        throw Failure(
          .serviceNotScalable, "\(service.name) runs once on each node that its constraints allow", host: manager.host,
          hint: "give its label to more nodes, or take it from some")
      }
      if before == count { return nil }
      return service.spec.setting("Mode", to: ["Replicated": ["Replicas": .integer(Int64(count))]])
    }
    guard case .replicated(let before) = outcome.detail.mode else { return .unchanged(count) }
    return outcome.isChanged ? .changed(before) : .unchanged(before)
  }

  /// An update replaces the whole spec at the version that was read, and the version also moves by the managers' own
  /// writes.
  private func change(
    _ name: String, _ change: (SwarmService) throws -> Value?
  ) async throws -> ChangeOutcome<SwarmService> {
    var attempt = 1
    while true {
      let service = try await service(name)
      guard let spec = try change(service) else { return .unchanged(service) }
      do {
        try await manager.updateService(service.id, version: service.version, spec: spec)
        return .changed(service)
      } catch let failure as Failure where failure.code == .swarmUpdateOutOfSequence && attempt < attempts {
        attempt += 1
      }
    }
  }

  private func service(_ name: String) async throws -> SwarmService {
    do {
      return try await manager.service(name)
    } catch var failure as Failure where failure.code == .engineNotFound {
      failure.message = "there is no service named \(name)"
      failure.hint = "look at `docker service ls`; the name has the stack's before it"
      throw failure
    }
  }
}
