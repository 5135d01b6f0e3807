import Foundation
import Testing

extension RealAppliances {
  /// `diagnose.lua` names what was made to go wrong, and nothing else.
  @Suite("diagnose.lua")
  struct DiagnoseTests {
    @Test("each injected failure is named with what was seen and what to do; nothing is found where all is well")
    func wholeWay() async throws {
      try await Lab.withAppliances { lab in
        try await Operator.at(lab) { person in
          try await expectNothing(person)  // each appliance is a swarm of its own
          #expect(try await person.distribute().code == 0)
          try await expectNothing(person)
          try await betweenHosts(person)
          try await hostsAndEngines(person)
          try await managers(person)
          print("injected failures: 16 named, each alone in its kind")
        }
      }
    }

    /// What is found, one text for each, without line breaks; read from the event that ends the run.
    private func findings(_ person: Operator) async throws -> [String] {
      let ending = try await person.runbook([
        "run", "diagnose.lua", "--inventory", person.lab.inventory, "--param", "timeout=2s", "--json",
      ])
      var found: [String] = []
      for line in ending.output.split(separator: "\n") {
        guard let event = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any] else { continue }
        guard event["kind"] as? String == "run.concluded", let payload = event["payload"] as? [String: Any],
          let failure = payload["failure"] as? [String: Any], let findings = failure["related"] as? [[String: Any]]
        else { continue }
        found += findings.map { finding in
          let host = (finding["host"] as? String).map { "\($0): " } ?? ""
          return host + ["message", "cause", "hint"].compactMap { finding[$0] as? String }.joined(separator: "\n")
        }
      }
      #expect(ending.code == (found.isEmpty ? 0 : 1), "\(ending.words.suffix(3000))")
      return found.map { $0.replacing("\n", with: " ") }
    }

    private func expectNothing(_ person: Operator) async throws {
      // The engines may still be settling: what is found must be gone soon.
      let end = ContinuousClock.now + .seconds(120)
      var found = try await findings(person)
      while !found.isEmpty, ContinuousClock.now < end { found = try await findings(person) }
      #expect(found == [])
    }

    /// Expects one finding of a host whose text has all the words.
    private func expect(
      _ found: [String], _ host: String, _ words: String..., sourceLocation: Testing.SourceLocation = #_sourceLocation
    ) {
      let matching = found.filter { text in text.hasPrefix("\(host): ") && words.allSatisfy { text.contains($0) } }
      #expect(
        matching.count == 1, "\(host): \(words) in:\n\(found.joined(separator: "\n"))", sourceLocation: sourceLocation)
    }

    /// Looks until there are as many findings as were made: engines tell some things a while later.
    private func findings(_ person: Operator, until isThere: ([String]) -> Bool) async throws -> [String] {
      let end = ContinuousClock.now + .seconds(120)
      while true {
        let found = try await findings(person)
        if isThere(found) || ContinuousClock.now > end { return found }
      }
    }

    private func betweenHosts(_ person: Operator) async throws {
      let lab = person.lab
      try await lab.fault(.clockSkew, on: "da2", "300")
      try await lab.fault(.portBlock, on: "da2", "7946", "drop")
      try await lab.fault(.portBlock, on: "da2", "4789/udp", "drop")
      try await lab.docker(
        on: "da1", "network", "create", "--driver", "overlay", "--label", "com.docker.stack.namespace=old", "old_net")
      // A node that is left behind, and with its labels the places of two services.
      try await rejoin("da3", lab, as: "worker")
      let found = try await findings(person) { $0.contains { $0.contains("is down") } }
      expect(found, "da2", "its clock is wrong", "300 s ahead of that of da1", "set the clock")
      expect(found, "da1", "da2's port 7946 is not reached", "no answer", "open TCP 7946 of da2")
      expect(found, "da3", "da2's port 7946 is not reached")
      expect(found, "da1", "do not reach each other between hosts", "da_accesspoint", "UDP 4789")
      expect(found, "da1", "the network old_net was left behind", "docker network rm old_net")
      expect(found, "da1", "(da3) is down", "heartbeat failure", "docker node rm")
      expect(
        found, "da1", "da_policy does not run as it should", "da3: node.labels.da-policy is not set, and must be 'true'"
      )
      expect(found, "da1", "da_authentication does not run as it should", "da2: node.labels.da-authentication")
      #expect(found.count == 8)
      try await lab.fault(.clockSkew, on: "da2", "0")
      try await lab.fault(.portOpen, on: "da2", "7946", "drop")
      try await lab.fault(.portOpen, on: "da2", "4789/udp", "drop")
      try await lab.docker(on: "da1", "network", "rm", "old_net")
    }

    /// No manager answers, a host is gone, and another has a certificate of the past.
    private func hostsAndEngines(_ person: Operator) async throws {
      let lab = person.lab
      try await lab.fault(.engineStop, on: "da1")
      try await lab.fault(.powerOff, on: "da3")
      try await lab.execute(on: "da2", ["bash", "-euc", Self.expire]).output()
      let found = try await findings(person)
      expect(found, "da1", "its Docker engine does not answer", "systemctl start docker")
      expect(found, "da2", "its swarm certificate has expired", "it was valid until")
      expect(found, "da2", "da1's port 2377 is not reached", "refused", "its engine does not run")
      expect(found, "da3", "it can't be asked", "Connection timed out")
      #expect(found.count == 4)
      try await lab.execute(on: "da2", ["bash", "-euc", "cd \(Self.folder); mv kept.crt swarm-node.crt"]).output()
      try await lab.fault(.engineStart, on: "da1")
      try await lab.fault(.powerOn, on: "da3")
    }

    private static let folder = "/var/lib/docker/swarm/certificates"
    /// Puts a certificate of the same names in the place of the node's own, which ended a day ago.
    private static let expire = """
      cd \(folder); cp swarm-node.crt kept.crt
      subject=$(openssl x509 -in kept.crt -noout -subject -nameopt compat | sed 's/^subject=//')
      openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout /tmp/k -subj "$subject" -out /tmp/r
      openssl x509 -req -in /tmp/r -signkey /tmp/k -days -1 -out swarm-node.crt
      rm /tmp/k /tmp/r
      """

    /// A join that does not get through, a locked manager, and two of three managers away.
    private func managers(_ person: Operator) async throws {
      let lab = person.lab
      try await failedJoin(person)
      for host in ["da2", "da3"] { try await rejoin(host, lab, as: "manager") }
      try await lab.docker(on: "da1", "swarm", "update", "--autolock=true")
      try await lab.fault(.engineStop, on: "da2")
      try await lab.fault(.engineStart, on: "da2")
      let locked = try await findings(person) { $0.contains { $0.contains("manager da2 is not reached") } }
      expect(locked, "da2", "its manager is locked", "docker swarm unlock")
      expect(locked, "da1", "the manager da2 is not reached", "0 more may fail")
      try await lab.fault(.powerOff, on: "da3")
      let lost = try await findings(person) { $0.contains { $0.contains("lost its quorum") } }
      expect(lost, "da1", "the swarm has lost its quorum", "2 are needed", "--force-new-cluster")
      expect(lost, "da2", "its manager is locked")
      expect(lost, "da3", "it can't be asked")
    }

    /// The engine's journal tells why a join failed, although the engine itself says nothing of it any more.
    private func failedJoin(_ person: Operator) async throws {
      let lab = person.lab
      try await lab.docker(on: "da2", "swarm", "leave", "--force")
      try await lab.execute(on: "da2", ["bash", "-euc", Self.journal]).output()
      try await lab.fault(.portBlock, on: "da1", "2377", "reject")
      let token = try await lab.docker(on: "da1", "swarm", "join-token", "--quiet", "worker")
      let join = try await lab.execute(
        on: "da2", ["docker", "swarm", "join", "--token", token.trimmingCharacters(in: .newlines), "10.77.0.1:2377"])
      #expect(join.exitCode != 0)
      let found = try await findings(person) { $0.contains { $0.contains("its engine's log") } }
      expect(found, "da2", "it does not reach a manager's port 2377", "its engine's log", "10.77.0.1:2377")
      expect(found, "da2", "da1's port 2377 is not reached", "refused", "a firewall refuses it")
      expect(found, "da2", "it is not part of the swarm of da1", "in no swarm")
      try await lab.fault(.portOpen, on: "da1", "2377", "reject")
      try await slowJoin(person, token: token.trimmingCharacters(in: .newlines))
    }

    /// A join whose packets are dropped: the engine gives up waiting, and its log says "deadline exceeded".
    private func slowJoin(_ person: Operator, token: String) async throws {
      let lab = person.lab
      try await lab.fault(.portBlock, on: "da1", "2377", "drop")
      let join = try await lab.execute(on: "da2", ["docker", "swarm", "join", "--token", token, "10.77.0.1:2377"])
      #expect(join.standardError.contains("Timeout was reached"), "\(join.standardError)")
      let found = try await findings(person) { $0.contains { $0.contains("do not answer in time") } }
      // The engine goes on trying, so that its newest words may be others than these.
      try await lab.execute(on: "da2", ["bash", "-c", "journalctl | grep 'context deadline exceeded'"]).output()
      expect(found, "da2", "the managers do not answer in time", "its engine's log", "packets to TCP 2377 are dropped")
      expect(found, "da2", "da1's port 2377 is not reached", "no answer")
      try await lab.docker(on: "da2", "swarm", "leave", "--force")
      try await lab.fault(.portOpen, on: "da1", "2377", "drop")
    }

    /// The lab has no journald: what its engine writes stands in for the journal.
    private static let journal = """
      printf '#!/bin/sh\\ntail -n 500 /proc/$(pgrep -o dockerd)/fd/2\\n' >/run/lab/journalctl
      chmod 755 /run/lab/journalctl; mount --bind /run/lab/journalctl "$(command -v journalctl)"
      """

    private func rejoin(_ host: String, _ lab: Lab, as role: String) async throws {
      let token = try await lab.docker(on: "da1", "swarm", "join-token", "--quiet", role)
        .trimmingCharacters(in: .newlines)
      _ = try await lab.execute(on: host, ["docker", "swarm", "leave", "--force"])
      try await lab.docker(on: host, "swarm", "join", "--token", token, "10.77.0.1:2377")
    }
  }
}
