import DockerEngine
import Values

extension Story {
  static let telling = Story(
    "events",
    { site, told in
      let da1 = site.engine("da1")
      let own = try await da1.initializeSwarm(advertise: site.address("da1"))
      told.name(own, "da1")
      let events = try await da1.events(["type": ["node", "service", "network"]])
      let node = try await da1.node(own)
      try await da1.updateNode(own, version: node.version, spec: node.spec.with("Labels", ["a": "1"]))
      let network = try await da1.call(
        EngineRequest(
          .post, "networks", "create", body: ["Name": "st_net", "Driver": "overlay", "CheckDuplicate": true]))
      let networkID = network["Id"]?.stringValue ?? ""
      told.name(networkID, "network")
      let made = try await da1.call(
        EngineRequest(
          .post, "services", "create",
          body: [
            "Name": "st_web", "TaskTemplate": ["ContainerSpec": ["Image": "test/busybox:1"]],
            "Mode": ["Replicated": ["Replicas": 0]],
          ]))
      let id = made["ID"]?.stringValue ?? ""
      told.name(id, "service")
      let service = try await da1.service(id)
      try await da1.updateService(id, version: service.version, spec: service.spec.with("Labels", ["b": "2"]))
      try await da1.removeService(id)
      try await da1.removeNetwork(networkID)
      // Of the node more is told than what was asked for, and more often.
      var seen: [String] = []
      for try await event in events where [own, id, networkID].contains(event.actorID) {
        let line = "\(event.scope) \(event.type) \(event.action) \(event.actorID) \(event.attributes["name"] ?? "")"
        let isNew = event.actorID != own || event.action == "update"
        if isNew, !seen.contains(line) { seen.append(line) }
        if event.type == "network", event.action == "remove" { break }
      }
      for line in seen.filter({ $0.contains(" node ") }) { told.note("told of the node", line) }
      for line in seen.filter({ $0.contains(" service ") }) { told.note("told of the service", line) }
      for line in seen.filter({ $0.contains(" network ") }) { told.note("told of the network", line) }
    },
    expected: [
      "told of the node: swarm node update <da1> da1",
      "told of the service: swarm service create <service> st_web",
      "told of the service: swarm service update <service> st_web",
      "told of the service: swarm service remove <service> st_web",
      "told of the network: swarm network create <network> st_net",
      "told of the network: swarm network update <network> st_net",
      "told of the network: swarm network remove <network> st_net",
    ])
}
