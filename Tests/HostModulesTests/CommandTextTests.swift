import Engine
import HostModules
import Inventory
import TestSupport
import Testing
import Values

@Suite("Commands of the procedure", .usualTimeLimit)
struct CommandTextTests {
  private static func modules(_ text: String = Samples.inventory) throws -> BoundModules {
    BoundModules(fleet: Fleet(inventory: try Inventory.parse(text: text, file: "inventory.yaml")))
  }

  @Test("the plan shows each primitive as the command that a person would type, with sudo where it is needed")
  func typedCommands() throws {
    let modules = try Self.modules()
    let token = Value.secret(Secret("SWMTKN-1-never-shown"))
    #expect(
      try modules.commands("swarm.join", "da2", ["manager": "da1", "token": token]) == [
        ProcedureCommand(
          on: "da2",
          "sudo docker swarm join --token ‹secret› --advertise-addr 10.77.0.2 10.77.0.1:2377")
      ])
    #expect(
      try modules.commands(
        "stack.deploy", "da1",
        [
          "name": "da", "directory": "/opt/nexus/docker-compose", "files": ["docker-compose.yml", "network.yml"],
          "options": ["--resolve-image", "never"],
        ]) == [
          ProcedureCommand(
            on: "da1",
            "cd /opt/nexus/docker-compose && sudo docker stack deploy -c docker-compose.yml -c network.yml "
              + "--resolve-image never da")
        ])
    #expect(
      try modules.commands("label.remove", "da2", ["da-policy", "da-admin"], ["on": "da1"]) == [
        ProcedureCommand(
          on: "da1", "sudo docker node update --label-rm da-policy --label-rm da-admin <node-id of da2>")
      ])
    #expect(
      try modules.commands("label.set", "da2", ["da-policy": "true"]) == [
        ProcedureCommand(on: "da2", "sudo docker node update --label-add da-policy=true self")
      ])
    #expect(try modules.commands("label.set", "da2", [:]) == [])
    #expect(
      try modules.commands("swarm.leave", "da2", ["force": true]) == [
        ProcedureCommand(on: "da2", "sudo docker swarm leave --force")
      ])
  }

  @Test("without sudo in the inventory none is shown")
  func withoutSudo() throws {
    let modules = try Self.modules(Samples.inventory.replacing("sudo: true", with: "sudo: false"))
    #expect(
      try modules.commands("stack.remove", "da1", "da") == [ProcedureCommand(on: "da1", "docker stack rm da")])
  }

  @Test("words with special characters are quoted as a shell needs them")
  func quoted() throws {
    let commands = try Self.modules().commands("ssh.run", "da1", ["echo", "$(reboot)", "it's"], ["cwd": "/a b"])
    #expect(commands == [ProcedureCommand(on: "da1", #"cd '/a b' && echo '$(reboot)' 'it'\''s'"#)])
  }
}
