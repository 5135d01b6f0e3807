import Engine
import TestSupport
import Testing
import Values

/// The modules on real appliances: each outcome is read with the plain docker command inside an appliance.
@Suite("On real appliances", .usualTimeLimit, .enabled(if: Appliances.arePossible, Appliances.obstacle), .serialized)
struct RealApplianceTests {
  @Test("a worker leaves its own swarm, joins the manager's, is labelled, and the stack runs across both")
  func wholeWay() async throws {
    try await Appliances.raised(2) { lab in
      try await lab.withModules { modules in
        try await reads(modules, lab)
        try await files(modules, lab)
        try await commands(modules, lab)
        try await standalone(modules, lab)
        try await moves(modules, lab)
        try await manages(modules, lab)
        try await deploys(modules, lab)
        try await services(modules, lab)
      }
    }
  }

  /// Reading one's own swarm, certificates and tokens.
  private func reads(_ modules: BoundModules, _ lab: Appliances) async throws {
    let own = try await lab.docker("da2", "info", "--format", "{{.Swarm.NodeID}} {{.Swarm.Cluster.ID}}")
    let info = try await modules.call("swarm.info", "da2").value
    #expect("\(info["node_id"]?.stringValue ?? "") \(info["cluster_id"]?.stringValue ?? "")" == own)
    #expect(info["state"] == "active" && info["nodes"] == 1 && info["is_manager"] == true)
    #expect(
      info["api_version"]?.stringValue == (try await lab.docker("da2", "version", "-f", "{{.Server.APIVersion}}")))
    #expect(try await modules.call("swarm.is_alone", "da2").value == true)
    #expect(try await modules.call("swarm.is_member", "da2", "da1").value == false)
    let id = try await lab.docker("da2", "node", "inspect", "self", "--format", "{{.ID}}")
    #expect(try await modules.call("node.id", "da2").value == .string(id))

    let token = try await modules.call("swarm.join_token", "da1", "worker").value
    guard case .secret(let secret) = token else {
      Issue.record("the token is not hidden")
      return
    }
    #expect(secret.reveal() == (try await lab.docker("da1", "swarm", "join-token", "-q", "worker")))
    let match = try await modules.call("swarm.token_matches", "da1").value
    #expect(match["matches"] == true && match["token_digest"] == match["root_digest"])
    let digest = try await lab.execute(
      "da1", "bash", "-c", "docker swarm ca | sha256sum | cut -d ' ' -f 1")
    #expect(match["root_digest"] == .string(digest))
    #expect(try await modules.call("pki.parse_token", token).value["root_digest"] == .string(digest))
    try await certificates(modules, lab, id: id)
    try await presented(modules, lab, token: token, digest: digest)
  }

  /// A certificate is what openssl says of it.
  private func certificates(_ modules: BoundModules, _ lab: Appliances, id: String) async throws {
    let certificate = try await modules.call("pki.certificate", "da2").value
    #expect(certificate["node_id"] == .string(id) && certificate["role"] == "manager")
    #expect(certificate["is_trusted"] == true && certificate["trouble"] == "" && certificate["is_expired"] == false)
    let folder = "/var/lib/docker/swarm/certificates"
    let said = try await lab.execute(
      "da2", "openssl", "x509", "-noout", "-serial", "-subject", "-nameopt", "RFC2253", "-in",
      "\(folder)/swarm-node.crt")
    let swarm = certificate["swarm"]?.stringValue ?? ""
    #expect(said.contains("serial=\(certificate["serial"]?.stringValue ?? "-")"))
    #expect(said.contains("subject=CN=\(id),OU=swarm-manager,O=\(swarm)"))
    #expect(said.contains("OU=swarm-manager"))
    let digest = try await lab.execute("da2", "sha256sum", "\(folder)/swarm-root-ca.crt").prefix(64)
    #expect(certificate["root_digest"] == .string(String(digest)))
    guard case .number(let days)? = certificate["days_left"] else {
      Issue.record("no days")
      return
    }
    #expect((89.0...90.1).contains(days))
    let parsed = try await modules.call(
      "pki.parse_certificate", .string(try await lab.execute("da2", "cat", "\(folder)/swarm-node.crt") + "\n"),
      .string(try await lab.execute("da2", "cat", "\(folder)/swarm-root-ca.crt") + "\n"), ["at": 0]
    ).value
    #expect(parsed["serial"] == certificate["serial"] && parsed["is_trusted"] == false)
    let trust = try await modules.call("pki.trust_roots", "da2").value
    #expect(trust["agree"] == true && trust["is_rotating"] == false && trust["digest"] == .string(String(digest)))
    #expect(trust["nodes"]?.arrayValue?.count == 1)
    let node = trust["nodes"]?.arrayValue?.first
    #expect(node?["host"] == "da2" && node?["file_digest"] == trust["digest"] && node?["trouble"] == "")
  }

  /// What a manager shows to a host that has not joined.
  private func presented(_ modules: BoundModules, _ lab: Appliances, token: Value, digest: String) async throws {
    let shown = try await modules.call("pki.presented_root", "da2", "10.77.0.1", ["token": token]).value
    #expect(shown["matches"] == true && shown["is_trusted"] == true && shown["trouble"] == "")
    #expect(shown["root_digest"] == .string(digest))
    #expect(shown["bundle"]?.stringValue == (try await lab.docker("da1", "swarm", "ca")) + "\n")
    #expect(
      shown["node_id"]?.stringValue == (try await lab.docker("da1", "node", "inspect", "self", "-f", "{{.ID}}")))
    // The other swarm's token is not for this one.
    let own = try await modules.call("swarm.join_token", "da2", "worker").value
    let other = try await modules.call("pki.presented_root", "da2", "10.77.0.1", ["token": own]).value
    #expect(other["matches"] == false && other["is_trusted"] == true)
    for (port, code): (Value, FailureCode) in [
      (9, "swarm.port_unreachable"), (22, "swarm.port_foreign"), (7946, "swarm.port_foreign"),
    ] {
      await #expect("port \(port)") {
        try await modules.call("pki.presented_root", "da2", "10.77.0.1", ["port": port, "timeout": 60])
      } throws: {
        ($0 as? Failure)?.code == code && ($0 as? Failure)?.host == "da2"
      }
    }
  }

  private func files(_ modules: BoundModules, _ lab: Appliances) async throws {
    let path: Value = "/opt/nexus/docker-compose/note.txt"
    #expect(try await modules.call("file.exists", "da1", path).value == false)
    #expect(try await modules.call("file.write", "da1", path, "für alle\n", ["mode": "0600"]).isUnchanged == false)
    #expect(try await lab.execute("da1", "stat", "-c", "%a %U", "/opt/nexus/docker-compose/note.txt") == "600 root")
    #expect(try await modules.call("file.read", "da1", path).value == "für alle\n")
    #expect(try await modules.call("file.write", "da1", path, "für alle\n").isUnchanged)
    let digest = try await modules.call("file.digest", "da1", path).value.stringValue ?? "-"
    #expect(try await lab.execute("da1", "sha256sum", "/opt/nexus/docker-compose/note.txt").hasPrefix(digest))
    try await transfers(modules, lab, note: path)
    #expect(try await modules.call("file.remove", "da1", path).isUnchanged == false)
    #expect(try await modules.call("file.remove", "da1", path).isUnchanged)
    #expect(try await modules.call("file.exists", "da1", path).value == false)
    await #expect { try await modules.call("file.read", "da1", path) } throws: {
      ($0 as? Failure)?.code == "file.not_found" && ($0 as? Failure)?.host == "da1"
    }
  }

  /// A file goes from one host to this machine, and from here to another host.
  private func transfers(_ modules: BoundModules, _ lab: Appliances, note: Value) async throws {
    let copy: Value = .string(lab.folder + "/note.txt")
    let came = try await modules.call("ssh.download", "da1", note, copy)
    #expect(came.isUnchanged == false && came.value["method"] == "sha256" && came.value["bytes"] == 10)
    #expect(try await modules.call("ssh.download", "da1", note, copy).isUnchanged)
    let target = "/opt/nexus/copy.txt"
    #expect(try await modules.call("ssh.upload", "da2", copy, .string(target), ["mode": "0640"]).isUnchanged == false)
    #expect(try await modules.call("ssh.upload", "da2", copy, .string(target), ["mode": "0640"]).isUnchanged)
    #expect(try await lab.execute("da2", "stat", "-c", "%a %U", target) == "640 root")
    #expect(try await lab.execute("da2", "sha256sum", target).hasPrefix(came.value["digest"]?.stringValue ?? "-"))
    try await lab.execute("da2", "rm", target)
    await #expect { try await modules.call("ssh.upload", "da2", "note.txt", .string(target)) } throws: {
      ($0 as? Failure)?.code == .argument
    }
  }

  private func commands(_ modules: BoundModules, _ lab: Appliances) async throws {
    let run = try await modules.call(
      "ssh.run", "da1", ["sh", "-c", "cat; echo $GREETING '$(id)'; id -u; exit 3"],
      ["stdin": "hidden\n", "env": ["GREETING": "a b"], "sudo": true, "check": false])
    #expect(run.value == ["status": 3, "stdout": "hidden\na b $(id)\n0\n", "stderr": ""])
    #expect(run.output == ["hidden", "a b $(id)", "0"])
    await #expect { try await modules.call("ssh.read", "da1", ["ls", "/nowhere"]) } throws: {
      ($0 as? Failure)?.code == "command.failed" && ($0 as? Failure)?.cause?.contains("/nowhere") == true
    }
    let facts = try await modules.call("ssh.facts", "da2").value
    #expect(
      facts["engine_version"]?.stringValue == (try await lab.docker("da2", "version", "-f", "{{.Server.Version}}")))
    #expect(facts["kernel"]?.stringValue == (try await lab.execute("da2", "uname", "-sr")))
    #expect(facts["processors"]?.integerValue.map { "\($0)" } == (try await lab.execute("da2", "nproc")))
    #expect(facts["data_root"] == "/var/lib/docker" && facts["free_bytes"] != -1 && facts["free_bytes_root"] != -1)
    #expect(facts["addresses"] == ["10.77.0.2"])
    guard case .number(let offset)? = facts["clock_offset"] else {
      Issue.record("no clock")
      return
    }
    #expect(abs(offset) < 5)
    #expect(try await modules.call("ssh.probe_tcp", "da2", "10.77.0.1", 2377).value["state"] == "open")
    #expect(try await modules.call("ssh.probe_tcp", "da2", "10.77.0.1", 7946).value["state"] == "open")
    #expect(try await modules.call("ssh.probe_tcp", "da2", "10.77.0.1", 9).value["state"] == "refused")
  }

  /// What is done on the worker's own swarm.
  private func standalone(_ modules: BoundModules, _ lab: Appliances) async throws {
    for manager: Value in ["da1", "da2"] {
      let removed = try await modules.call("stack.remove", manager, "da")
      #expect(removed.value["services"]?.arrayValue?.count == 6)
      #expect(try await modules.call("stack.remove", manager, "da").isUnchanged)
    }
    #expect(try await lab.docker("da2", "service", "ls", "-q") == "")
    #expect(try await lab.docker("da2", "network", "ls", "-q", "--filter", "label=com.docker.stack.namespace=da") == "")
    #expect(try await lab.docker("da2", "ps", "-q") == "")

    let names: Value = ["da-policy", "da-admin", "never-there"]
    let before = try await modules.call("label.remove", "da2", names).value
    #expect(before["da-policy"] == "true")
    #expect(try await modules.call("label.remove", "da2", names).isUnchanged)
    let labels = try await lab.docker("da2", "node", "inspect", "self", "--format", "{{.Spec.Labels}}")
    #expect(labels == "map[da-accesspoint:true da-authentication:true da-distribution:true postgres:true]")
  }

  private func moves(_ modules: BoundModules, _ lab: Appliances) async throws {
    let token = try await modules.call("swarm.join_token", "da1", "worker").value
    await #expect { try await modules.call("swarm.join", "da2", ["manager": "da1", "token": token]) } throws: {
      ($0 as? Failure)?.code == "swarm.other_swarm"
    }
    let old = try await modules.call("swarm.leave", "da2", ["force": true]).value
    #expect(try await modules.call("swarm.leave", "da2", ["force": true]).isUnchanged)
    #expect(try await modules.call("swarm.is_active", "da2").value == false)
    #expect(try await modules.call("node.id", "da2").value == "")
    let id = try await modules.call("swarm.join", "da2", ["manager": "da1", "token": token]).value
    #expect(try await modules.call("swarm.join", "da2", ["manager": "da1", "token": token]).isUnchanged)
    #expect(try await modules.call("swarm.is_member", "da2", "da1").value == true)
    let ready = try await modules.call("node.wait_ready", "da1", ["da1", "da2"]).value
    #expect(ready["da2"] == id)
    let nodes = try await lab.docker("da1", "node", "ls", "--format", "{{.ID}} {{.Status}}")
    #expect(nodes.contains("\(id.stringValue ?? "?") Ready"))
    let list = try await modules.call("node.list", "da1").value.arrayValue ?? []
    #expect(list.map { $0["host"] } == ["da1", "da2"] && list.map { $0["role"] } == ["manager", "worker"])
    #expect(try await modules.call("node.stale", "da1").value == [])
    #expect(try await modules.call("node.remove_stale", "da1", [old, id, ""]).isUnchanged)
  }

  /// Settings, tokens, keys, roles and labels of the swarm of both. A worker that is named first is passed over.
  private func manages(_ modules: BoundModules, _ lab: Appliances) async throws {
    let managers: Value = ["da2", "da1"]
    let before = try await modules.call("swarm.update", managers, ["task_history": 4, "certificate_expiry": 3600.0])
    #expect(before.value["task_history"] == 5 && before.value["certificate_expiry"] == 7_776_000.0)
    #expect(try await modules.call("swarm.update", managers, ["task_history": 4]).isUnchanged)
    let spec =
      "{{.Swarm.Cluster.Spec.Orchestration.TaskHistoryRetentionLimit}} "
      + "{{.Swarm.Cluster.Spec.CAConfig.NodeCertExpiry}}"
    #expect(try await lab.docker("da1", "info", "-f", spec) == "4 1h0m0s")
    #expect(try await modules.call("swarm.settings", managers).value["certificate_expiry"] == 3600.0)
    await #expect { try await modules.call("swarm.update", managers, ["certificate_expiry": 1800.0]) } throws: {
      ($0 as? Failure)?.code == "swarm.certificate_expiry_too_short"
    }

    let old = try await modules.call("swarm.join_token", managers, "worker").value
    let new = try await modules.call("swarm.rotate_join_token", managers, "worker", old)
    let again = try await modules.call("swarm.rotate_join_token", managers, "worker", old)
    #expect(!new.isUnchanged && again.isUnchanged && new.value == again.value && new.value != old)
    #expect(try await modules.call("swarm.unlock_key", managers).value == .null)
    try await modules.call("swarm.update", managers, ["autolock": true])
    guard case .secret(let key) = try await modules.call("swarm.unlock_key", managers).value else {
      Issue.record("the key is not hidden")
      return
    }
    #expect(key.reveal() == (try await lab.docker("da1", "swarm", "unlock-key", "-q")))
    let newKey = try await modules.call("swarm.rotate_unlock_key", managers, .secret(key)).value
    #expect(try await modules.call("swarm.unlock", "da1", newKey).isUnchanged)
    try await modules.call("swarm.update", managers, ["autolock": false])

    let node = try await modules.call("node.by_host", managers, "da2").value
    #expect(node["host"] == "da2" && node["role"] == "worker" && node["is_manager"] == false)
    #expect(try await modules.call("node.promote", managers, "da2").value == node["id"])
    #expect(try await modules.call("node.promote", managers, "da2").isUnchanged)
    let info = try await modules.call("swarm.info", "da1").value
    #expect(
      info["quorum"] == ["managers": 2, "reachable": 2, "needed": 2, "tolerated": 0, "kept": true]
        && info["managers"]?.arrayValue?.count == 2 && info["leader"] == info["node_id"])
    await #expect {
      try await modules.call("swarm.force_new_cluster", "da1", ["i_know_that": "it is so"])
    } throws: {
      ($0 as? Failure)?.code == "swarm.not_confirmed"
    }
    #expect(try await modules.call("node.demote", managers, "da2").isUnchanged == false)
    await #expect { try await modules.call("node.demote", managers, "da1") } throws: {
      ($0 as? Failure)?.code == "swarm.last_manager"
    }
    #expect(try await modules.call("node.drain", managers, node["id"] ?? .null).value == "active")
    #expect(try await modules.call("node.pause", managers, "da2").value == "drain")
    #expect(try await modules.call("node.activate", managers, "da2").value == "pause")
    #expect(try await modules.call("node.activate", managers, "da2").isUnchanged)
    let waited = try await modules.call("node.wait", managers, "da2", ["state": "ready", "availability": "active"])
    #expect(waited.value["id"] == node["id"])
    try await modules.call("label.ensure", "da2", ["x": "1"], ["on": managers])
    #expect(try await modules.call("label.ensure", "da2", ["x": "1"], ["on": managers]).isUnchanged)
    try await modules.call("label.ensure", "da2", [:], ["on": managers])
    let labels = try await lab.docker(
      "da1", "node", "inspect", node["id"]?.stringValue ?? "?", "-f", "{{.Spec.Labels}}")
    #expect(labels == "map[]")

    let root = try await modules.call("swarm.ca", managers).value
    let rotated = try await modules.call("swarm.rotate_ca", managers, ["from": root["digest"] ?? .null])
    #expect(try await modules.call("swarm.rotate_ca", managers, ["from": root["digest"] ?? .null]).isUnchanged)
    let digest = try await lab.execute("da1", "bash", "-c", "docker swarm ca | sha256sum | cut -d ' ' -f 1")
    #expect(rotated.value == .string(digest) && rotated.value != root["digest"])
  }

  private func deploys(_ modules: BoundModules, _ lab: Appliances) async throws {
    let files: Value = ["docker-compose.yml", "network.yml", "versiontag.yml"]
    let planned: Value = [
      "da1": ["da-admin": "true", "da-distribution": "true", "postgres": "true", "da-authentication": "true"],
      "da2": ["da-accesspoint": "true"],
    ]
    let findings = try await modules.call(
      "stack.check_placement", "da1", ["directory": "/opt/nexus/docker-compose", "files": files, "labels": planned])
    #expect(findings.value.arrayValue?.count == 1)
    #expect(findings.value.arrayValue?[0]["message"]?.stringValue?.contains("'policy'") == true)
    #expect(findings.value.arrayValue?[0]["certain"] == true)

    let naming = """
      version: "3.8"
      services: { web: { image: da, secrets: [key], networks: [front], env_file: absent.env } }
      secrets: { key: { file: ./absent.pem } }
      networks: { front: { external: true } }
      """
    try await lab.execute("da1", "sh", "-c", "printf '%s\n' '\(naming)' >/opt/nexus/docker-compose/naming.yml")
    let named = try await modules.call(
      "stack.check_placement", "da1",
      ["directory": "/opt/nexus/docker-compose", "files": ["naming.yml"], "labels": planned])
    // What docker itself says of it, in the midst of the deployment.
    let refused = await #expect(throws: Failure.self) {
      try await modules.call(
        "stack.deploy", "da1", ["name": "odd", "directory": "/opt/nexus/docker-compose", "files": ["naming.yml"]])
    }
    #expect(refused?.cause?.contains("absent.env") == true, "\(refused as Any)")
    #expect(
      named.value.arrayValue?.compactMap { $0["message"]?.stringValue } == [
        "naming.yml:2: services.web.env_file names the file /opt/nexus/docker-compose/absent.env, which does not exist",
        "naming.yml:3: secrets.key names the file /opt/nexus/docker-compose/absent.pem, which does not exist",
        "naming.yml:4: networks.front is external, and the swarm has no network 'front'",
      ])

    try await modules.call("label.remove", "da1", ["da-accesspoint", "da-policy"])
    try await modules.call("label.set", "da2", ["da-accesspoint": "true", "da-policy": "true"], ["on": "da1"])
    #expect(
      try await modules.call("label.set", "da2", ["da-policy": "true"], ["on": "da1"]).isUnchanged)
    #expect(
      try await modules.call("label.get", "da2", ["on": "da1"]).value
        == ["da-accesspoint": "true", "da-policy": "true"])

    let deployed = try await modules.call(
      "stack.deploy", "da1",
      [
        "name": "da", "directory": "/opt/nexus/docker-compose", "files": files,
        "options": ["--resolve-image", "never"],
      ])
    #expect(deployed.output.contains { $0.contains("Creating service da_policy") })
    try await modules.call("stack.wait", "da1", "da")
    let running = try await lab.docker(
      "da1", "stack", "ps", "da", "--filter", "desired-state=running", "--format", "{{.Name}} {{.Node}}")
    #expect(running.contains("da_admin.1 da1") && running.split(separator: "\n").count == 6)
    let tasks = try await modules.call("stack.tasks", "da1", "da").value.arrayValue ?? []
    let onWorker = tasks.filter { $0["host"] == "da2" }.compactMap { $0["service"]?.stringValue }
    #expect(onWorker.sorted() == ["da_accesspoint", "da_policy"])
    #expect(tasks.allSatisfy { $0["state"] == "running" })
    let services = try await modules.call("stack.services", "da1", "da").value.arrayValue ?? []
    #expect(services.count == 6 && services.allSatisfy { $0["running"] == $0["desired"] })
  }
}
