import Foundation
import Testing

extension RealAppliances {
  /// The lab does what it says, so that the other tests can rely on it.
  @Suite("The lab itself")
  struct LabItselfTests {
    @Test("every appliance comes up as a swarm of its own with all labels and the whole stack running")
    func appliancesComeUp() async throws {
      try await Lab.withAppliances(2) { lab in
        for host in ["da1", "da2"] {
          let nodes = try await lab.docker(on: host, "node", "ls", "--format", "{{.Hostname}} {{.ManagerStatus}}")
          #expect(nodes == "\(host) Leader\n")
          let labels = try await lab.docker(on: host, "node", "inspect", "self", "--format", "{{.Spec.Labels}}")
          #expect(
            labels == "map[da-accesspoint:true da-admin:true da-authentication:true da-distribution:true "
              + "da-policy:true postgres:true]\n")
          let services = try await lab.docker(on: host, "service", "ls", "--format", "{{.Name}} {{.Replicas}}")
          #expect(
            Set(services.split(separator: "\n"))
              == [
                "da_accesspoint 1/1", "da_admin 1/1", "da_authentication 1/1", "da_distribution 1/1", "da_policy 1/1",
                "da_postgres 1/1",
              ])
        }
        let page = try await lab.run(["curl", "--silent", "--fail", "http://10.77.0.2:8080/"]).output()
        #expect(page.contains(#""policy":{"service":"policy","node":"da2""#))
        #expect(page.contains(#""postgres":{"service":"postgres","node":"da2""#))
      }
    }

    @Test("the operator comes in by ssh as the administrator and may use sudo")
    func operatorComesIn() async throws {
      try await Lab.withAppliances(1, isBare: true) { lab in
        let words = try await lab.ssh("da1", "whoami; sudo -n docker version --format '{{.Server.Version}}'").output()
        #expect(words.hasPrefix("agadmin\n20.10."))
        let withoutSudo = try await lab.ssh("da1", "docker version")
        #expect(withoutSudo.exitCode != 0)
        #expect(withoutSudo.standardError.contains("permission denied"))

        try await lab.fault(.sudoPassword, on: "da1")
        let refused = try await lab.ssh("da1", "sudo -n true")
        #expect(refused.standardError.contains("a password is required"))
        try await lab.fault(.sudoFree, on: "da1")
        try await lab.ssh("da1", "sudo -n true").output()

        try await lab.fault(.keyChange, on: "da1")
        let changed = try await lab.ssh("da1", "true")
        #expect(changed.standardError.contains("REMOTE HOST IDENTIFICATION HAS CHANGED"))
        try await lab.fault(.keyRestore, on: "da1")
        try await lab.ssh("da1", "true").output()

        try await lab.fault(.sshStop, on: "da1")
        let stopped = try await lab.ssh("da1", "true")
        #expect(stopped.standardError.contains("Connection refused"))
        try await lab.fault(.sshStart, on: "da1")
        try await lab.ssh("da1", "true").output()
      }
    }

    @Test("an engine that was stopped, and an appliance that lost its power, come back with what they had")
    func engineAndPower() async throws {
      try await Lab.withAppliances(1, isBare: true) { lab in
        try await lab.docker(on: "da1", "swarm", "init", "--advertise-addr", "10.77.0.1")
        let node = try await lab.docker(on: "da1", "info", "--format", "{{.Swarm.NodeID}}")

        try await lab.fault(.engineStop, on: "da1")
        let stopped = try await lab.execute(on: "da1", ["docker", "node", "ls"])
        #expect(stopped.standardError.contains("Cannot connect to the Docker daemon"))
        try await lab.fault(.engineStart, on: "da1")
        #expect(try await lab.docker(on: "da1", "info", "--format", "{{.Swarm.NodeID}}") == node)

        try await lab.fault(.powerOff, on: "da1")
        #expect(try await lab.run(knock).exitCode != 0)
        await #expect(throws: LabCommandFailure.self) { try await lab.fault(.powerOff, on: "da1") }
        try await lab.fault(.powerOn, on: "da1")
        #expect(try await lab.docker(on: "da1", "info", "--format", "{{.Swarm.NodeID}}") == node)
        try await lab.ssh("da1", "true").output()
      }
    }

    @Test("a cut cable, a blocked port and a wrong clock are there, and gone when mended")
    func networkAndClock() async throws {
      try await Lab.withAppliances(2, isBare: true) { lab in
        try await lab.execute(on: "da2", knock).output()
        try await lab.fault(.portBlock, on: "da1", "22", "reject")
        #expect(try await lab.execute(on: "da2", knock).exitCode != 0)
        try await lab.fault(.portOpen, on: "da1", "22", "reject")
        try await lab.execute(on: "da2", knock).output()

        try await lab.fault(.cableCut, on: "da1")
        #expect(try await lab.execute(on: "da2", knock).exitCode != 0)
        try await lab.fault(.cableMend, on: "da1")
        try await lab.execute(on: "da2", knock).output()

        try await lab.fault(.clockSkew, on: "da1", "7200")
        #expect(try await clockDifference(lab) > 7000)
        try await lab.fault(.clockSkew, on: "da1", "0")
        #expect(try await clockDifference(lab) < 1000)
      }
    }

    /// Succeeds when da1 can be reached.
    private let knock = ["timeout", "2", "bash", "-c", "exec 3<>/dev/tcp/10.77.0.1/22"]

    /// By how many seconds the clock of da1 is ahead of that of da2.
    private func clockDifference(_ lab: Lab) async throws -> Int {
      var clocks: [Int] = []
      for host in ["da1", "da2"] {
        let answer = try await lab.ssh(host, "date +%s").output()
        clocks.append(try #require(Int(answer.trimmingCharacters(in: .newlines))))
      }
      return clocks[0] - clocks[1]
    }

    @Test("a lab that was taken down leaves no process, no group and no file")
    func nothingStays() async throws {
      let (name, folder) = try await Lab.withAppliances(1) { ($0.name, $0.folder) }
      #expect(!FileManager.default.fileExists(atPath: folder))
      #expect(!(try await LabCommand.run(["list"]).output().contains(name)))
      let processes = FileManager.default.enumeratedProcesses.filter { process in
        let environment = FileManager.default.contents(atPath: "/proc/\(process)/environ") ?? Data()
        return String(decoding: environment, as: UTF8.self).contains("RUNBOOK_LAB=\(name)-")
      }
      #expect(processes.isEmpty)
      let groups = try FileManager.default.subpathsOfDirectory(atPath: "/sys/fs/cgroup").filter { $0.contains(name) }
      #expect(groups.isEmpty)
    }
  }
}

extension FileManager {
  /// The IDs of all processes on this machine.
  fileprivate var enumeratedProcesses: [String] {
    ((try? contentsOfDirectory(atPath: "/proc")) ?? []).filter { $0.allSatisfy(\.isNumber) }
  }
}
