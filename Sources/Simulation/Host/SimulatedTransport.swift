import DockerEngine
import HostModules
import Inventory
import Remote
import SwarmModel
import Values

/// Runs commands on a simulated host.
struct SimulatedTransport: Transport {
  let host: HostSpec
  let world: SimulatedWorld

  func connect() async throws {
    if !world.engineState(host.name).isOn { throw SimulatedWorld.unreachable(host) }
  }

  func run(_ command: RemoteCommand, onOutput: OutputHandler?) async throws -> CommandResult {
    try Task.checkCancellation()
    let result = try await world.carryOut(command, on: host)
    if let onOutput {
      for chunk in OutputChunk.chunks(of: result.stdout) { await onOutput(.stdout, chunk) }
      for chunk in OutputChunk.chunks(of: result.stderr) { await onOutput(.stderr, chunk) }
    }
    return result
  }

  func openStream(_ command: RemoteCommand) async throws -> CommandStream {
    let state = world.engineState(host.name)
    if !state.isOn { throw SimulatedWorld.unreachable(host) }
    if let known = KnownScript.recognise(command), known.script == .openTunnel {
      return try await openTunnel(known.arguments)
    }
    guard command.argv.first == "docker", command.argv.suffix(2) == ["system", "dial-stdio"] else {
      return try .served(host: host.name) { descriptor in
        closeDescriptor(descriptor)
        return CommandTermination(
          status: 69, stderr: Array("a simulated host opens no stream but docker system dial-stdio\n".utf8))
      }
    }
    let world = world, name = host.name
    return try await connection { descriptor in
      guard state.isUp else {
        closeDescriptor(descriptor)
        return CommandTermination(
          status: 1,
          stderr: Array(
            "Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?\n".utf8))
      }
      return await Self.ending { try await EngineServer.serve(descriptor, world: world, host: name) }
    }
  }

  /// A connection to the swarm port of a manager.
  private func openTunnel(_ words: [String]) async throws -> CommandStream {
    let port = try await world.swarmPort(at: words[0], Int(words[1]) ?? 0, from: host)
    return try await connection { descriptor in
      switch port {
      case .ended(let ending):
        closeDescriptor(descriptor)
        return ending
      case .manager(let port): return await Self.ending { try await port.serve(descriptor) }
      }
    }
  }

  /// A connection whose other end is served here, when there is room for one more.
  private func connection(
    served serve: @escaping @Sendable (Int32) async -> CommandTermination
  ) async throws -> CommandStream {
    let room = world.room
    try await room.enter()
    do {
      return try .served(host: host.name) { descriptor in
        defer { room.leave() }
        return await serve(descriptor)
      }
    } catch {
      room.leave()
      throw error
    }
  }

  /// How the program ends that carries the bytes.
  private static func ending(of serving: () async throws -> Void) async -> CommandTermination {
    do {
      try await serving()
      return CommandTermination(status: 0)
    } catch {
      return CommandTermination(status: 1, stderr: Array("\(error)\n".utf8))
    }
  }

  func close() async {}
}

/// Leads to simulated hosts whatever the inventory says of how the real ones are reached.
struct SimulatedHostAccess: HostAccess {
  let world: SimulatedWorld

  func transport(to host: Inventory.Host) -> any Transport { SimulatedTransport(host: host.spec, world: world) }

  func engine(of host: Inventory.Host) -> (any EngineConnector)? {
    guard case .tcp(let address, let port, _) = host.engine else { return nil }
    let transport = SimulatedTransport(host: host.spec, world: world)
    return FileDescriptorConnector(endpoint: "tcp://\(address):\(port)") {
      let stream = try await transport.openStream(RemoteCommand(["docker", "system", "dial-stdio"]))
      guard let descriptor = stream.take() else {
        throw Failure(.engineClosed, "the connection to the Docker engine was closed", host: host.name)
      }
      return FileDescriptorConnector.Stream(descriptor: descriptor) {
        _ = await stream.termination; return nil
      }
    }
  }
}
