import Foundation
import Testing

extension RealAppliances {
  /// What keeps a swarm safe over the years, on one swarm of three managers that lock, and a worker.
  @Suite("A swarm that is kept")
  struct KeptSwarmTests {
    @Test(
      "its root certificate is made anew, with a node down and through a crash; it is saved, lost, and brought back")
    func years() async throws {
      try await Lab.withAppliances(4, isBare: true) { lab in
        try await Operator.at(lab) { person in
          let swarm = SecureSwarm(lab: lab)
          let inventory = try person.write("inventory.yaml", swarm.inventory())
          let key = person.folder.appending(path: "key").path
          let made = try await person.runbook(
            person.run("secure-swarm.lua", inventory, "unlock_key_file=\(key)"))
          #expect(made.code == 0, "\(made.words)")
          let root = RootStory(swarm: swarm, person: person, inventory: inventory)
          try await root.expectMadeAnewWithoutNodeThatIsDown()
          try await root.expectOwn()
          let backup = BackupStory(swarm: swarm, person: person, inventory: inventory)
          try await backup.expectRefusals()
          try await backup.expectBroughtBack()
          try await backup.expectLockedBroughtBack()
        }
      }
    }
  }
}
