import Concurrency
import DockerEngine
import Foundation
import HostModules
import Inventory
import Remote
import Values

/// Looks at the hosts of an inventory, all at once: whether each can be reached and is fit for a run. Reads only.
package struct HostSurvey: Sendable {
  /// How far clocks may be apart before joining a swarm breaks, in seconds; as the shipped checks have it.
  package static let clockLimit = 60.0
  /// Below so many free bytes a host counts as short of room, and as full.
  static let shortOfRoom: Int64 = 2_000_000_000, full: Int64 = 300_000_000

  private let fleet: Fleet

  /// A survey of that world's hosts. The caller closes it.
  package init(_ fleet: Fleet) { self.fleet = fleet }

  /// Everything that was seen, in the order of the inventory.
  package func look() async -> [CheckResult] {
    await mapConcurrently(fleet.inventory.hosts) { await look(at: $0) }.flatMap(\.self)
  }

  private func look(at host: Inventory.Host) async -> [CheckResult] {
    let name = host.name
    do {
      let transport = try fleet.transport(name)
      if let failure = await Self.failure(of: { try await transport.connect() }) {
        return [Self.unreached(name, failure)]
      }
      var seen =
        host.connection == .local ? [CheckResult(name, "reached", .ok, "it is this machine")] : Self.reached(name)
      let greeting: [UInt8]
      do {
        greeting = try await transport.run(RemoteCommand(["true"], timeout: .seconds(30))).greeting
      } catch let failure as Failure {
        // Where no command runs, all else would say the same once more.
        return seen + [CheckResult(name, "shell", failure)]
      }
      if host.sudo { seen.append(await SudoSurvey(host: host, transport: transport).look()) }
      let (engine, dataRoot) = await engine(host)
      return seen + [engine] + (await facts(host, transport, dataRoot, greeting))
    } catch {
      return [CheckResult(name, "reached", .fail, "\(error)")]
    }
  }

  private static func reached(_ name: String) -> [CheckResult] {
    [
      CheckResult(name, "reached", .ok, "ssh connects"), CheckResult(name, "host key", .ok, "it is known"),
      CheckResult(name, "log-in", .ok, "without a password"),
    ]
  }

  /// Which of the three it was that ssh did not come past.
  private static func unreached(_ name: String, _ failure: Failure) -> CheckResult {
    switch failure.code {
    case .sshHostKeyUnknown, .sshHostKeyChanged: CheckResult(name, "host key", failure)
    case .sshAuth: CheckResult(name, "log-in", failure)
    default: CheckResult(name, "reached", failure)
    }
  }

  private func engine(_ host: Inventory.Host) async -> (CheckResult, dataRoot: String?) {
    do {
      let client = try fleet.engine(host.name)
      let version = try await client.versionInfo(), used = try await client.version()
      let info = try await client.info()
      let text = "Docker \(version.version), API \(used)"
      let root = info.dataRoot.isEmpty ? nil : info.dataRoot
      if info.swarm.state == .locked {
        return (
          CheckResult(host.name, "engine", .warn, text + "; its swarm is locked", hint: "docker swarm unlock"), root
        )
      }
      if !info.swarm.error.isEmpty {
        return (CheckResult(host.name, "engine", .warn, text + "; its swarm: \(info.swarm.error)"), root)
      }
      return (CheckResult(host.name, "engine", .ok, text), root)
    } catch let failure as Failure {
      return (CheckResult(host.name, "engine", failure), nil)
    } catch {
      return (CheckResult(host.name, "engine", .fail, "\(error)"), nil)
    }
  }

  private func facts(
    _ host: Inventory.Host, _ transport: any Transport, _ dataRoot: String?, _ greeting: [UInt8]
  ) async -> [CheckResult] {
    do {
      let facts = try await HostFacts.read(over: transport, dataRoot: dataRoot ?? "/var/lib/docker")
      return [Self.shell(host.name, facts, greeting)]
        + [Self.clock(host.name, facts), Self.room(host.name, facts, dataRoot)]
    } catch let failure as Failure {
      return [CheckResult(host.name, "shell", failure)]
    } catch {
      return [CheckResult(host.name, "shell", .fail, "\(error)")]
    }
  }

  private static func shell(_ name: String, _ facts: HostFacts, _ greeting: [UInt8]) -> CheckResult {
    let text = "it starts sh, \(facts.operatingSystem ?? facts.kernel)"
    let lines = String(decoding: greeting, as: UTF8.self).split(whereSeparator: \.isNewline)
    guard let last = lines.last(where: { !$0.allSatisfy(\.isWhitespace) }) else {
      return CheckResult(name, "shell", .ok, text)
    }
    return CheckResult(
      name, "shell", .warn, text + "; but it prints \"\(last.prefix(80))\" in addition to each command's own output",
      hint:
        "let the login shell's start-up files print at a terminal only: `[ -t 1 ] && …`; scp and rsync need that, too")
  }

  private static func clock(_ name: String, _ facts: HostFacts) -> CheckResult {
    let skew = facts.clockSkew, sure = abs(skew) - facts.clockUncertainty
    let text = "\(seconds(abs(skew))) \(skew < 0 ? "behind" : "ahead of") this machine"
    let hint = "set the clocks by one source, with chrony or systemd-timesyncd: timedatectl"
    if sure > clockLimit { return CheckResult(name, "clock", .fail, text, hint: hint) }
    if sure > 2 { return CheckResult(name, "clock", .warn, text, hint: hint) }
    return CheckResult(name, "clock", .ok, "within \(seconds(abs(skew) + facts.clockUncertainty)) of this machine")
  }

  private static func seconds(_ number: Double) -> String {
    let tenths = (number * 10).rounded(.up)
    return "\(tenths / 10) s"
  }

  private static func room(_ name: String, _ facts: HostFacts, _ dataRoot: String?) -> CheckResult {
    let place = facts.freeBytesOfDocker == nil ? "/" : dataRoot ?? "/var/lib/docker"
    guard let free = facts.freeBytesOfDocker ?? facts.freeBytesOfRoot else {
      return CheckResult(name, "room", .warn, "it did not report how much is free")
    }
    return CheckResult(name, "room", free: free, at: place)
  }

  private static func failure(of work: () async throws -> Void) async -> Failure? {
    do {
      try await work()
      return nil
    } catch let failure as Failure { return failure } catch { return Failure("survey.stopped", "\(error)") }
  }
}

extension CheckResult {
  /// How much room is left at a place.
  init(_ subject: String, _ check: String, free: Int64, at place: String) {
    let text = "\(free / 1_000_000) MB are free at \(place)"
    let verdict: Verdict = free < HostSurvey.full ? .fail : free < HostSurvey.shortOfRoom ? .warn : .ok
    self.init(subject, check, verdict, text, hint: verdict == .ok ? nil : "make room there")
  }
}
