import DockerEngine
import Inventory
import Remote
import Simulation
import SwarmModel
import Synchronization
import TestSupport
import Testing
import Values

@Suite("Faults of a simulated world", .usualTimeLimit)
struct FaultTests {
  /// Which of a host's calls are refused.
  private func refusals(seed: UInt64, hosts: [String]) async throws -> [String: [Int]] {
    let site = try ModelSite { plan in
      plan.start = .none
      plan.seed = seed
      var fault = WorldFault(.refuse)
      fault.chance = 0.3
      fault.call = "/version"
      plan.faults = [fault]
    }
    var found: [String: [Int]] = [:]
    for number in 1...20 {
      for host in hosts {
        do { _ = try await site.engine(host).versionInfo() } catch is Failure {
          found[host, default: []].append(number)
        }
      }
    }
    await site.fleet.close()
    return found
  }

  @Test("a change of a service whose answer was lost is looked for, and not made again")
  func lostAnswerOfService() async throws {
    let site = try ModelSite { plan in
      plan.start = .joined
      plan.faults = (1...3).map { number in
        var fault = WorldFault(.loseAnswer)
        (fault.host, fault.call, fault.at) = ("da1", "POST /services", number)
        return fault
      }
    }
    let engine = site.engine("da1"), change = ServiceChange(managers: Managers(engine))
    let before = try await engine.service("da_admin")
    _ = try await change.restart("da_admin")
    #expect(try await change.scale("da_admin", to: 3) == .changed(1))
    let image = before.image
    #expect(try await change.setImage("shop/other:2", of: "da_admin") == .changed(image))
    let after = try await engine.service("da_admin")
    func count(_ service: SwarmService) -> Value? { service.spec["TaskTemplate"]?["ForceUpdate"] }
    #expect(count(before) ?? 0 == 0 && count(after) == 1)
    #expect(after.mode == .replicated(3) && after.image == "shop/other:2")
    await site.fleet.close()
  }

  @Test("of one seed the same calls fail, whatever other hosts are asked in between; of another seed others do")
  func seed() async throws {
    let first = try await refusals(seed: 5, hosts: ["da1", "da2"])
    let alone = try await refusals(seed: 5, hosts: ["da2"])
    #expect(first["da2"] == alone["da2"])
    #expect(first["da1"] != first["da2"])
    #expect(try await refusals(seed: 6, hosts: ["da2"]) != alone)
    #expect((1..<20).contains(alone["da2"]?.count ?? 0))
  }

  @Test("a lost answer leaves the change and a doubt; a lost call neither")
  func lost() async throws {
    let site = try ModelSite { plan in
      plan.start = .none
      for (kind, host) in [(WorldFault.Kind.lose, "da1"), (.loseAnswer, "da2")] {
        var fault = WorldFault(kind)
        fault.host = host
        fault.call = "POST /swarm/init"
        plan.faults.append(fault)
      }
    }
    for (host, state) in [("da1", LocalNodeState.inactive), ("da2", .active)] {
      let failure = await #expect(throws: Failure.self) {
        _ = try await site.engine(host).initializeSwarm(advertise: site.address(host))
      }
      #expect(failure?.leavesDoubt == true)
      #expect(try await site.engine(host).info().swarm.state == state)
    }
    await site.fleet.close()
  }

  @Test("an engine that crashes is back after its time, with its swarm")
  func crash() async throws {
    let site = try ModelSite { plan in
      plan.start = .standalone
      var fault = WorldFault(.crash)
      fault.call = "GET /info"
      fault.at = 1
      fault.seconds = 3600
      plan.faults = [fault]
    }
    let da1 = site.engine("da1")
    await #expect(throws: Failure.self) { _ = try await da1.info() }
    await #expect(throws: Failure.self) { _ = try await da1.info() }
    try site.simulated.jump(by: 3601)
    #expect(try await da1.info().swarm.isManager)
    await site.fleet.close()
  }
}
