import Engine
import Testing
import Values

extension RealApplianceTests {
  /// What is done with services that run, and with the engines below them.
  func services(_ modules: BoundModules, _ lab: Appliances) async throws {
    #expect(try await modules.call("stack.list", "da1").value == ["da"])
    #expect(try await modules.call("stack.problems", "da1").value == [])
    try await changes(modules, lab)
    try await problems(modules, lab)
    try await networks(modules, lab)
    try await engines(modules, lab)
  }

  private func changes(_ modules: BoundModules, _ lab: Appliances) async throws {
    func policy() async throws -> String {
      try await lab.docker("da2", "ps", "--quiet", "--no-trunc", "--filter", "name=da_policy")
    }
    let before = try await policy()
    let restarted = try await modules.call("stack.restart", "da1", "da_policy")
    #expect(restarted.value == ["name": "da_policy", "running": 1, "desired": 1])
    let after = try await policy()
    #expect(after != before && after.split(separator: "\n").count == 1)

    let image: Value = "nexus/da-policy:6.9.1"
    #expect(try await modules.call("image.exists", "da2", image).value == false)
    try await lab.docker("da2", "tag", "nexus/da-policy:6.9.0", "nexus/da-policy:6.9.1")
    #expect(try await modules.call("image.exists", "da2", image).value == true)
    #expect(try await !modules.call("stack.update_image", "da1", "da_policy", image).isUnchanged)
    #expect(try await modules.call("stack.update_image", "da1", "da_policy", image).isUnchanged)
    let format = "{{.Spec.TaskTemplate.ContainerSpec.Image}}"
    #expect(
      try await lab.docker("da1", "service", "inspect", "da_policy", "--format", format) == "nexus/da-policy:6.9.1")
    #expect(try await lab.docker("da2", "ps", "--filter", "ancestor=nexus/da-policy:6.9.1", "--quiet") != "")

    #expect(try await modules.call("stack.scale", "da1", "da_admin", 1).isUnchanged)
    await #expect { try await modules.call("stack.scale", "da1", "da_policy", 2) } throws: {
      ($0 as? Failure)?.code == "service.not_scalable"
    }
    let text = try modules.commands("stack.restart", "da1", "da_policy").map(\.text)
    #expect(text == ["sudo docker service update --force da_policy"])
    #expect(try await modules.call("stack.logs", "da1", "da_policy", ["tail": 5]).value.arrayValue != nil)
  }

  private func problems(_ modules: BoundModules, _ lab: Appliances) async throws {
    try await modules.call("label.remove", "da2", ["da-policy"], ["on": "da1"])
    var found: [Value] = []
    let end = ContinuousClock.now + .seconds(120)
    repeat {
      found = try await modules.call("stack.problems", "da1", ["stack": "da"]).value.arrayValue ?? []
    } while found.isEmpty && ContinuousClock.now < end
    #expect(found.first?["service"] == "da_policy" && found.first?["code"] == "task.no_suitable_node")
    let reasons = (found.first?["reasons"]?.arrayValue ?? []).compactMap(\.stringValue)
    #expect(reasons.contains("da2: node.labels.da-policy is not set, and must be 'true'"))
    try await modules.call("label.set", "da2", ["da-policy": "true"], ["on": "da1"])
    try await modules.call("stack.restart", "da1", "da_policy")
    #expect(try await modules.call("stack.problems", "da1").value == [])
  }

  private func networks(_ modules: BoundModules, _ lab: Appliances) async throws {
    let networks = try await modules.call("stack.networks", "da1", "da").value.arrayValue ?? []
    #expect(networks.map { $0["name"] } == ["da_da-overlay"] && networks[0]["attached"]?.arrayValue?.count == 6)
    #expect(try await modules.call("stack.leftovers", "da1").value == [])
    let id = try await lab.docker(
      "da1", "network", "create", "--driver", "overlay", "--label", "com.docker.stack.namespace=old", "old_net")
    let left = try await modules.call("stack.leftovers", "da1", ["stack": "old"]).value
    #expect(
      left == [["kind": "network", "id": .string(id), "name": "old_net", "stack": "old", "attached": []]])
    let known = try await modules.call("docker.networks", "da1").value.arrayValue ?? []
    #expect(known.contains { $0["name"] == "old_net" && $0["scope"] == "swarm" })
    try await lab.docker("da1", "network", "rm", "old_net")
  }

  private func engines(_ modules: BoundModules, _ lab: Appliances) async throws {
    let info = try await modules.call("docker.info", "da2").value
    #expect(info["data_root"]?.stringValue == (try await lab.docker("da2", "info", "--format", "{{.DockerRootDir}}")))
    #expect(info["state"] == "active" && info["is_manager"] == false && info["error"] == "")
    #expect(info["managers"]?.arrayValue?.first?["address"] == "10.77.0.1:2377")
    let containers = try await modules.call("docker.containers", "da2").value.arrayValue ?? []
    let ids = try await lab.docker("da2", "ps", "--quiet", "--no-trunc").split(separator: "\n").map(String.init)
    #expect(Set(containers.compactMap { $0["id"]?.stringValue }) == Set(ids))
    let events = try await modules.call("docker.events", "da2", ["types": ["container"]]).value.arrayValue ?? []
    #expect(events.contains { $0["action"] == "start" })
    let images = try await modules.call("image.list", "da1").value.arrayValue ?? []
    #expect(images.contains { $0["tags"]?.arrayValue?.contains("nexus/da-policy:6.9.0") == true })
    let loaded = try await modules.call(
      "image.load", "da1", "/nowhere.tar", ["expect": ["nexus/da-policy:6.9.0"]])
    #expect(loaded.isUnchanged && loaded.value == [])
    await #expect { try await modules.call("image.load", "da1", "/nowhere.tar") } throws: {
      ($0 as? Failure)?.code == "engine.upload_file_unreadable"
    }
  }
}
