import DockerEngine
import Inventory
import Simulation
import TestSupport
import Testing
import Values

@Suite("Numbers of a world file", .usualTimeLimit)
struct NumberTests {
  private func read(_ text: String) throws -> WorldPlan {
    let inventory = try Inventory.parse(text: ModelSite.inventory, file: "inventory.yaml")
    return try WorldPlan.parse(text: text, file: "world.yaml", inventory: inventory)
  }

  @Test(
    "what does not fit is refused with its line and what is allowed",
    arguments: [
      ("commands: [{ match: [a], status: 99999999999 }]", "from 0 to 255"),
      ("commands: [{ match: [a], delay: 1e300 }]", "100 years"),
      ("commands: [{ match: [a], delay: nan }]", "100 years"),
      ("faults: [{ do: slow, seconds: inf }]", "100 years"),
      ("faults: [{ do: slow, chance: 3 }]", "from 0 to 1"),
      ("hosts: { da1: { processors: 9223372036854775807 } }", "from 1 to 1000000"),
      ("hosts: { da1: { certificate_days: 1e300 } }", "from -36500 to 36500"),
      ("hosts: { da1: { clock: 1e300 } }", "from -3153600000 to 3153600000"),
    ])
  func refused(_ text: String, _ allowed: String) throws {
    do {
      _ = try read(text)
      Issue.record("it was taken")
    } catch let failure as Failure {
      #expect(failure.hint?.contains(allowed) == true, "\(failure)")
      #expect(failure.location?.line == 1)
    }
  }

  @Test("a whole number that is none is refused")
  func noNumber() throws {
    #expect(throws: Failure.self) { try read("seed: many") }
    #expect(throws: Failure.self) { try read("hosts: { da1: { memory: 99999999999999999999 } }") }
  }

  @Test("a service of more tasks than a model can hold is refused by the engine")
  func crowd() async throws {
    let site = try ModelSite { $0.start = .joined }
    let change = ServiceChange(managers: Managers(site.engine("da1")))
    do {
      _ = try await change.scale("da_admin", to: .max)
      Issue.record("it was taken")
    } catch let failure as Failure {
      #expect("\(failure)".contains("0 to 10000 tasks"), "\(failure)")
    }
    #expect(try await change.scale("da_admin", to: 3) == .changed(1))
    await site.fleet.close()
  }
}
