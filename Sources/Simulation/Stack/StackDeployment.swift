import Compose
import Remote
import SwarmModel
import Values
import YAMLTree

/// `docker stack deploy` on a simulated manager, and `docker stack config`, which only reads the files.
struct StackDeployment {
  let host: String
  let swarm: SwarmWorld

  /// Carries out the command with the compose files of the host.
  func carryOut(_ command: RemoteCommand, on machine: Machine) -> CommandResult {
    var files: [String] = [], name = ""
    var words = command.argv.dropFirst(3)
    while let word = words.popFirst() {
      if word == "-c" || word == "--compose-file" {
        files.append(words.popFirst() ?? "")
      } else if word == "--resolve-image" {
        _ = words.popFirst()
      } else if !word.hasPrefix("-") {
        name = word
      }
    }
    let isReading = command.argv.starts(with: ["docker", "stack", "config"])
    do {
      let texts = try files.map { file -> (String, String) in
        let path = MachinePath.absolute(file, in: command.directory)
        guard let found = machine.files[path] else { throw EngineRefusal(1, "open \(path): no such file or directory") }
        return (file, String(decoding: found.contents, as: UTF8.self))
      }
      let source = try StackSource(files: texts, environment: command.environment)
      let first = MachinePath.absolute(files.first ?? "", in: command.directory)
      try expect(source.needs, in: MachinePath.folder(of: first), on: machine, isReading: isReading)
      let said = isReading ? [] : try deploy(source, as: name)
      return CommandResult(status: 0, stdout: Array(said.map { $0 + "\n" }.joined().utf8))
    } catch let refusal as EngineRefusal {
      return HostShell.fails(1, refusal.message)
    } catch let failure as Failure {
      return HostShell.fails(1, failure.cause ?? failure.message)
    } catch {
      return HostShell.fails(1, "\(error)")
    }
  }

  /// Refuses as docker does where something is not there that the files name. Reading them asks for the variables' files only.
  private func expect(_ needs: [ComposeNeed], in folder: String, on machine: Machine, isReading: Bool) throws {
    let networks = try swarm.networks(host, ModelFilters(nil)).arrayValue ?? []
    for need in needs {
      switch need.kind {
      case .environmentFile(let path): try expect(path, in: folder, on: machine)
      case .content(let path) where !isReading: try expect(path, in: folder, on: machine)
      case .network(let name) where !isReading:
        if !networks.contains(where: { $0["Name"]?.stringValue == name && $0["Scope"]?.stringValue == "swarm" }) {
          throw EngineRefusal(1, "network \"\(name)\" is declared as external, but could not be found")
        }
      case .secret(let name) where !isReading:
        try expect("secret", name, in: swarm.parts("secrets", host, ModelFilters(nil)))
      case .config(let name) where !isReading:
        try expect("config", name, in: swarm.parts("configs", host, ModelFilters(nil)))
      case .content, .network, .secret, .config: break
      }
    }
  }

  private func expect(_ path: String, in folder: String, on machine: Machine) throws {
    let whole = MachinePath.absolute(path, in: folder)
    if machine.files[whole] == nil { throw EngineRefusal(1, "open \(whole): no such file or directory") }
  }

  private func expect(_ kind: String, _ name: String, in parts: Value) throws {
    let isThere = (parts.arrayValue ?? []).contains { $0["Spec"]?["Name"]?.stringValue == name }
    if !isThere { throw EngineRefusal(1, "\(kind) not found: \(name)") }
  }

  /// Makes the networks and services, or brings those that are there to what the files say. Gives what docker prints.
  @discardableResult
  func deploy(_ source: StackSource, as stack: String) throws -> [String] {
    var said: [String] = []
    let labels: [String: Value] = ["com.docker.stack.namespace": .string(stack)]
    let known = try swarm.networks(host, ModelFilters(nil)).arrayValue ?? []
    for network in source.networks {
      let name = "\(stack)_\(network)"
      if known.contains(where: { $0["Name"]?.stringValue == name }) { continue }
      said.append("Creating network \(name)")
      _ = try swarm.createNetwork(host, ["Name": .string(name), "Labels": .object(labels)])
    }
    let present = try swarm.services(host, ModelFilters(nil)).arrayValue ?? []
    for service in source.services {
      let spec = service.spec(in: stack)
      let name = "\(stack)_\(service.name)"
      guard let old = present.first(where: { $0["Spec"]?["Name"]?.stringValue == name }) else {
        said.append("Creating service \(name)")
        _ = try swarm.createService(host, spec)
        continue
      }
      said.append("Updating service \(name) (id: \(old["ID"]?.stringValue ?? ""))")
      try swarm.updateService(
        host, old["ID"]?.stringValue ?? "", version: old["Version"]?["Index"]?.integerValue ?? 0, spec: spec)
    }
    return said
  }
}
