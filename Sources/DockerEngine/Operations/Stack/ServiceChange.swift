import Values

/// Changes one service: restarts its tasks, gives it another image or number of tasks. The tasks follow some moments
/// later; ``StackConvergence`` waits for them.
package struct ServiceChange: Sendable {
  private let managers: Managers

  /// - Parameter managers: the managers of the service's swarm.
  package init(managers: Managers) { self.managers = managers }

  /// Restarts the tasks with the same settings, on the nodes that fit now: what `docker service update --force`
  /// does, and what is needed after labels were put back (moby#31014).
  ///
  /// - Parameter name: the service's name, with the stack's before it, or its ID.
  package func restart(_ name: String) async throws -> SwarmService {
    var before: Int64?
    return try await change(name) { service in
      let template = service.spec.child("TaskTemplate"), count = template.integer("ForceUpdate")
      // If the count has grown since it was first read, the tasks were restarted: by this call, whose answer was lost.
      if let before, count != before { return .keep }
      before = count
      return .write(
        service.spec.setting(
          "TaskTemplate", to: template.setting("ForceUpdate", to: .integer(template.next("ForceUpdate")))))
    }.detail
  }

  /// Gives a service another image. The detail is the image before.
  package func setImage(_ image: String, of name: String) async throws -> ChangeOutcome<String> {
    let outcome = try await change(name) { service in
      if service.image == image { return .keep }
      let template = service.spec.child("TaskTemplate")
      let container = template.child("ContainerSpec").setting("Image", to: .string(image))
      let spec = service.spec.setting("TaskTemplate", to: template.setting("ContainerSpec", to: container))
      // `docker stack deploy` compares this label with its files and leaves the image alone where they agree.
      guard service.labels[StackLabel.image] != nil else { return .write(spec) }
      return .write(spec.setting("Labels", to: spec.child("Labels").setting(StackLabel.image, to: .string(image))))
    }
    return outcome.isChanged ? .changed(outcome.detail.image) : .unchanged(outcome.detail.image)
  }

  /// Sets how many tasks a replicated service has. The detail is their number before.
  package func scale(_ name: String, to count: Int) async throws -> ChangeOutcome<Int> {
    let outcome = try await change(name) { service in
      guard case .replicated(let before) = service.mode else {
        throw Failure(
          .serviceNotScalable, "\(service.name) runs once on each node that its constraints allow", host: managers.host,
          hint: "give its label to more nodes, or take it from some")
      }
      if before == count { return .keep }
      return .write(service.spec.setting("Mode", to: ["Replicated": ["Replicas": .integer(Int64(count))]]))
    }
    guard case .replicated(let before) = outcome.detail.mode else { return .unchanged(count) }
    return outcome.isChanged ? .changed(before) : .unchanged(before)
  }

  private func change(
    _ name: String, _ change: (SwarmService) throws -> SpecEdit
  ) async throws -> ChangeOutcome<SwarmService> {
    try await VersionedChange(managers: managers).apply(
      read: { try await Self.service(name, of: $0) }, change: change,
      write: { try await $0.updateService($1.id, version: $1.version, spec: $2) })
  }

  private static func service(_ name: String, of manager: EngineClient) async throws -> SwarmService {
    do {
      return try await manager.service(name)
    } catch var failure as Failure where failure.code == .engineNotFound {
      failure.message = "there is no service named \(name)"
      failure.hint = "look at `docker service ls`; the name begins with the stack's"
      throw failure
    }
  }
}
