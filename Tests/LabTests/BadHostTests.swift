import Foundation
import Testing

extension RealAppliances {
  /// Whatever is wrong with a host is told before anything is touched: which host, in the remote's own words, and what
  /// mends it.
  @Suite("Bad hosts", .sharedLab())
  struct BadHostTests {
    @Test("a host whose ssh is not there")
    func noSSH() async throws {
      try await refused(by: [.init(.sshStop, .sshStart, "da2")]) { ending in
        #expect(ending.words.contains("✗ da2:"))
        #expect(ending.words.contains("connect to host 10.77.0.2 port 22: Connection refused"))
        #expect(ending.words.contains("check that 10.77.0.2 is up"))
      }
    }

    @Test("a host that does not answer at all")
    func noAnswer() async throws {
      try await refused(by: [.init(.cableCut, .cableMend, "da2")]) { ending in
        #expect(ending.words.contains("✗ da2:"))
        #expect(ending.words.contains("connect to host 10.77.0.2 port 22:"))
        #expect(ending.words.contains("check that 10.77.0.2 is up"))
      }
    }

    @Test("a host that refuses the key")
    func refusedKey() async throws {
      try await refused { person in
        let key = person.folder.appending(path: "other").path
        try await person.lab.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key]).output()
        return try configured(person) { $0.replacingOccurrences(of: "\(person.lab.folder)/id_ed25519", with: key) }
      } ending: { ending in
        #expect(ending.words.contains("✗ da3:"))
        #expect(ending.words.contains("Permission denied (publickey"))
      }
    }

    @Test("a host whose key is not known")
    func unknownHostKey() async throws {
      try await refused { person in
        let known = try String(contentsOfFile: person.lab.folder + "/known_hosts", encoding: .utf8)
        let others = known.split(separator: "\n").filter { !$0.contains("10.77.0.3") }.joined(separator: "\n") + "\n"
        let file = try person.write("known_hosts", others)
        return try configured(person) {
          $0.replacingOccurrences(of: "\(person.lab.folder)/known_hosts", with: file)
        }
      } ending: { ending in
        #expect(ending.words.contains("✗ da3:"))
        #expect(!ending.words.contains("✗ da2:"))
        #expect(ending.words.contains("No ED25519 host key is known for"))
        #expect(ending.words.contains("fingerprint"))
      }
    }

    @Test("a host whose key is another than the known one")
    func changedHostKey() async throws {
      try await refused(by: [.init(.keyChange, .keyRestore, "da3")]) { ending in
        #expect(ending.words.contains("✗ da3:"))
        #expect(ending.words.contains("not the one that is known"))
        #expect(ending.words.contains("-R \"10.77.0.3\""))
      }
    }

    @Test("a host on which sudo wants a password")
    func sudoPassword() async throws {
      try await refused(by: [.init(.sudoPassword, .sudoFree, "da2")]) { ending in
        #expect(ending.words.contains("✗ da2: sudo wants a password"))
        #expect(ending.words.contains("sudo: a password is required"))
        #expect(ending.words.contains("NOPASSWD"))
      }
    }

    @Test("hosts on which the administrator may not use docker without sudo")
    func noPermission() async throws {
      try await refused { person in
        try inventory(person) { $0.replacingOccurrences(of: "sudo: true", with: "sudo: false") }
      } ending: { ending in
        for host in Lab.hosts { #expect(ending.words.contains("✗ \(host):")) }
        #expect(ending.words.contains("permission denied"))
        #expect(ending.words.contains("sudo: true"))
      }
    }

    @Test("a manager whose port for joining is blocked")
    func blockedPort() async throws {
      try await refused(by: [.init(.portBlock, .portOpen, "da1", "2377")]) { ending in
        for worker in ["da2", "da3"] {
          #expect(ending.words.contains("✗ \(worker): it can't reach TCP 2377 of da1 (10.77.0.1)"))
        }
        #expect(ending.words.contains("open TCP 2377 on da1"))
      }
    }

    @Test("a host whose clock is wrong")
    func wrongClock() async throws {
      try await refused(by: [.init(.clockSkew, .clockSkew, "da3", "-600", mendWith: "0")]) { ending in
        #expect(ending.words.contains("✗ da3: its clock is"))
        #expect(ending.words.contains("s behind that of da1; 60 s are allowed"))
        #expect(ending.words.contains("chronyc makestep"))
      }
    }

    @Test("a compose file that is not there")
    func missingComposeFile() async throws {
      try await refused { person in
        try inventory(person) { $0.replacingOccurrences(of: "versiontag.yml", with: "version.yml") }
      } ending: { ending in
        #expect(ending.words.contains("✗ da1: there is no /opt/nexus/docker-compose/version.yml"))
        #expect(ending.words.contains("stack.files"))
      }
    }

    @Test("a service that no node could run, because no planned label satisfies its constraint")
    func homelessService() async throws {
      try await refused { person in
        try await withHomelessService(person)
      } ending: { ending in
        #expect(ending.words.contains("policy"))
        #expect(ending.words.contains("node.labels.da-vault == true"))
      }
    }

    @Test("a host whose address in the inventory is not one of its own")
    func wrongAddress() async throws {
      try await refused { person in
        let host = "Host 10.77.0.99\n  HostName 10.77.0.2\n  HostKeyAlias 10.77.0.2\n"
        let path = try configured(person) { host + $0 }
        let text = try String(contentsOfFile: path, encoding: .utf8)
        return try person.write("inventory.yaml", text.replacingOccurrences(of: "10.77.0.2,", with: "10.77.0.99,"))
      } ending: { ending in
        #expect(ending.words.contains("✗ da2: the inventory's address 10.77.0.99 is not one of its own addresses"))
        #expect(ending.words.contains("(10.77.0.2)"))
      }
    }

    @Test("several at once are all told at once")
    func severalAtOnce() async throws {
      let faults: [Fault] = [
        .init(.sshStop, .sshStart, "da2"), .init(.clockSkew, .clockSkew, "da3", "7200", mendWith: "0"),
      ]
      try await refused(by: faults) { person in
        try await withHomelessService(person)
      } ending: { ending in
        #expect(ending.words.contains("3 checks failed"))
        #expect(ending.words.contains("node.labels.da-vault == true"))
        #expect(ending.words.contains("✗ da2: the host can't be reached"))
        #expect(ending.words.contains("✗ da3: its clock is"))
      }
    }

    @Test("a host whose engine is stopped")
    func engineStopped() async throws {
      try await refused(by: [.init(.engineStop, .engineStart, "da3")], restarted: ["da3"]) { ending in
        #expect(ending.words.contains("✗ da3: no Docker engine listens at /var/run/docker.sock"))
        #expect(ending.words.contains("dial unix /var/run/docker.sock"))
        #expect(ending.words.contains("systemctl start docker"))
      }
    }
  }
}

extension RealAppliances.BadHostTests {
  /// A fault of the lab and what mends it.
  struct Fault: Sendable {
    let fault: LabFault
    let mend: LabFault
    let host: String
    let argument: String?
    let mendArgument: String?

    init(_ fault: LabFault, _ mend: LabFault, _ host: String, _ argument: String? = nil, mendWith: String? = nil) {
      self.fault = fault
      self.mend = mend
      self.host = host
      self.argument = argument
      self.mendArgument = mendWith ?? argument
    }

    func inject(_ lab: Lab) async throws { try await lab.fault(fault, on: host, argument) }
    func mend(_ lab: Lab) async throws { try await lab.fault(mend, on: host, mendArgument) }
  }

  /// Runs the procedure with those faults, and expects that it is refused and that nothing was touched.
  /// - Parameters:
  ///   - restarted: the appliances whose engine the faults stop.
  ///   - prepare: gives the inventory's path.
  private func refused(
    by faults: [Fault] = [], restarted: Set<String> = [],
    prepare: (Operator) async throws -> String = { $0.lab.inventory }, ending check: (Ending) throws -> Void
  ) async throws {
    let lab = try SharedLab.lab
    try await Operator.at(lab) { person in
      let inventory = try await prepare(person)
      let before = try await lab.condition(restarted: restarted)
      for fault in faults { try await fault.inject(lab) }
      let ending: Ending
      do { ending = try await person.distribute(inventory: inventory) } catch {
        for fault in faults { try? await fault.mend(lab) }
        throw error
      }
      for fault in faults { try await fault.mend(lab) }
      #expect(ending.code == 2, "\(ending.words)")
      #expect(ending.words.contains("nothing was changed"))
      try check(ending)
      #expect(try await lab.condition(restarted: restarted) == before)
      #expect(try await person.journal.rows("SELECT count(*) FROM events WHERE kind = 'effect.started'") == ["0"])
    }
  }

  /// An inventory with one more compose file, which wants policy where nothing is to be.
  private func withHomelessService(_ person: Operator) async throws -> String {
    let override = """
      version: "3.8"
      services:
        policy:
          deploy:
            placement: { constraints: [node.labels.da-vault == true] }
      """
    let write = "printf '%s\\n' \"$1\" >/opt/nexus/docker-compose/vault.yml"
    try await person.lab.execute(on: "da1", ["bash", "-c", write, "-", override]).output()
    return try inventory(person) { $0.replacingOccurrences(of: "versiontag.yml]", with: "versiontag.yml, vault.yml]") }
  }

  /// A copy of the lab's inventory in the working folder, changed.
  private func inventory(_ person: Operator, _ change: (String) -> String) throws -> String {
    let text = try String(contentsOfFile: person.lab.inventory, encoding: .utf8)
    let changed = change(text)
    try #require(changed != text)
    return try person.write(
      "inventory.yaml", changed.replacingOccurrences(of: "./ssh_config", with: "\(person.lab.folder)/ssh_config"))
  }

  /// A copy of the lab's inventory with a changed copy of its ssh configuration.
  private func configured(_ person: Operator, _ change: (String) -> String) throws -> String {
    let text = try String(contentsOfFile: person.lab.sshConfiguration, encoding: .utf8)
    let changed = change(text)
    try #require(changed != text)
    let file = try person.write("ssh_config", changed)
    return try inventory(person) { $0.replacingOccurrences(of: "./ssh_config", with: file) }
  }
}
