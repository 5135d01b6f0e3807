import Foundation
import HostModules
import Remote
import SwarmModel
import Values

/// Carries out the commands of one simulated host: this program's own scripts, what it calls of `docker`, and what the
/// world's rules say. No process is ever started.
struct HostShell {
  let host: String
  let plan: WorldPlan
  let swarm: SwarmWorld
  /// Makes sure that another host is as it should be before it is looked at.
  let touch: (String) -> Void

  func carryOut(_ given: RemoteCommand, on machine: inout Machine) -> CommandResult {
    let command = DockerCommand.withEnvironment(given)
    if let (script, words) = KnownScript.recognise(command) {
      return carryOut(script, words, command, on: &machine)
    }
    // A simulated host has one engine, by whatever address it is named.
    let words = DockerCommand.withoutEngine(command.argv)
    for rule in plan.rules where rule.matches(command.argv, on: host) || rule.matches(words, on: host) {
      return CommandResult(status: rule.status, stdout: Array(rule.stdout.utf8), stderr: Array(rule.stderr.utf8))
    }
    if words.first == "docker", let result = docker(words, command, on: machine) { return result }
    if let result = HostPrograms.run(command, on: &machine) { return result }
    return Self.fails(
      127,
      "\(command.argv.first ?? ""): not known in this simulated world; add it with an entry of `commands` in the world "
        + "file: { host: \(host), match: \(command.argv.prefix(2)), stdout: … }")
  }

  /// What this program calls of `docker`; `nil` for anything else.
  private func docker(_ words: [String], _ command: RemoteCommand, on machine: Machine) -> CommandResult? {
    if words == ["docker", "info", "--format", "{{.ID}}"] {
      guard swarm.engines[host]?.isRunning == true, let id = (try? swarm.info(host))?["ID"]?.stringValue else {
        return Self.fails(
          1, "Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?")
      }
      return Self.says(id)
    }
    // The client of a simulated host is of no version: it takes what one of the real ones takes.
    if words == ["docker", "--version"] { return Self.says("Docker version simulated") }
    guard words.starts(with: ["docker", "stack", "deploy"]) || words.starts(with: ["docker", "stack", "config"]) else {
      return nil
    }
    var plain = command
    plain.argv = words
    return StackDeployment(host: host, swarm: swarm).carryOut(plain, on: machine)
  }

  private func carryOut(
    _ script: KnownScript, _ words: [String], _ command: RemoteCommand, on machine: inout Machine
  ) -> CommandResult {
    switch script {
    case .readFile, .writeFile, .flushFile, .lookForFile, .removeFile, .fileDigest, .transferDigest, .transferLook,
      .transferReceive, .transferSend:
      if words.first?.hasPrefix(EngineFolder.path) == true { folder.provideCertificates(on: &machine) }
      return machine.carryOut(file: script, words, input: command.stdin)
    case .prepareJobs: return machine.prepareJobs(words, boot: boot)
    case .launchJob:
      return machine.launch(words, run: { carryOut($0, on: &$1) }, input: command.stdin)
    case .followJob: return machine.follow(words, boot: boot)
    case .terminateJob: return machine.terminate(words, boot: boot)
    case .removeJobs: return machine.removeJobs(words)
    case .takeLock, .renewLock, .releaseLock:
      return machine.carryOut(lock: script, words, now: Int64(nearest: clock.rounded(.down)))
    case .hostFacts: return facts(asRoot: command.sudo)
    case .probePort: return probe(words)
    case .openTunnel: return Self.fails(1, "a tunnel is a stream, not a command")
    case .probeFromNamespace: return probeFromNamespace(words, asRoot: command.sudo)
    case .lookAtEngine: return Self.says(swarm.engines[host]?.isRunning == true ? "running" : "stopped")
    case .changeEngine:
      if words.first == "start" { folder.start(on: &machine) } else { folder.stop(on: &machine) }
      return CommandResult(status: 0)
    }
  }

  /// A simulated host is never restarted as a whole.
  private var boot: String { "boot-of-\(host)" }

  private var folder: EngineFolder { EngineFolder(host: host, swarm: swarm) }

  private var clock: Double { swarm.now + (swarm.engines[host]?.clockOffset ?? 0) }

  private func facts(asRoot: Bool) -> CommandResult {
    guard let engine = swarm.engines[host] else { return Self.fails(1, "") }
    let facts = plan.facts(of: host)
    var lines = [
      "clock \(String(format: "%.6f", clock))", "os \(engine.make.system)", "name \(engine.hostname)",
      "user \(facts.user == "root" || asRoot ? 0 : 1000)",
    ]
    lines += engine.addresses.filter { $0.first?.isNumber == true || $0.contains(":") }.enumerated().map {
      index, address in
      "address \(address.contains(":") ? "inet6" : "inet") \(address) eth\(index)"
    }
    lines += [
      "free root \(facts.freeKilobytes)", "free docker \(facts.freeKilobytes)", "kernel Linux \(engine.make.kernel)",
      "machine x86_64", "processors \(engine.make.processors)", "MemTotal \(engine.make.memory / 1024)",
      "MemAvailable \(engine.make.memory / 2048)",
    ]
    return Self.says(lines.joined(separator: "\n"))
  }

  private func probe(_ words: [String]) -> CommandResult {
    let address = words[0], port = Int(words[1]) ?? 0
    if let other = swarm.host(at: address) {
      touch(other)
      if plan.isClosed(port, from: host, to: other) { return CommandResult(status: 124) }
    }
    switch swarm.reach(address, port: port) {
    case .open: return CommandResult(status: 0)
    case .refused: return Self.fails(1, "bash: connect: Connection refused")
    case .noAnswer: return CommandResult(status: 124)
    case .noRoute: return Self.fails(1, "bash: connect: No route to host")
    }
  }

  private func probeFromNamespace(_ words: [String], asRoot: Bool) -> CommandResult {
    if !asRoot, plan.facts(of: host).user != "root" { return CommandResult(status: 77) }
    guard swarm.hasProcess(Int64(words[1]) ?? 0, on: host) else { return CommandResult(status: 66) }
    let lines = words.dropFirst(5).map { "\($0) \(swarm.answers($0, from: host) ? 0 : 124):" }
    return Self.says(lines.joined(separator: "\n"))
  }

  static func says(_ text: String) -> CommandResult { CommandResult(status: 0, stdout: Array((text + "\n").utf8)) }
  static func fails(_ status: Int32, _ words: String) -> CommandResult {
    CommandResult(status: status, stderr: Array((words + "\n").utf8))
  }
}
