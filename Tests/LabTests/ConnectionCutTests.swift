import Foundation
import Testing

extension RealAppliances {
  /// The ssh connection is cut around a remote command: it is carried out once, and nothing of its output is lost.
  @Suite("Connections that are cut")
  struct ConnectionCutTests {
    /// When the connection to da2 is cut, by the name of the step.
    private static let cuts = ["before", "during", "after"]
    private static let home = "/home/agadmin"
    private static let lines = 500

    /// Before each command the runbook waits for a file on da1, and each command waits for one on da2.
    private static let runbook = """
      return runbook {
        summary = "Commands whose connection is cut",
        function(run)
          for _, cut in ipairs { "before", "during", "after" } do
            step("wait " .. cut, function()
              ssh.read(run.inventory.manager, { "sh", "-c", "until [ -e \(home)/$0 ]; do sleep 0.05; done", cut })
            end)
            step(cut, function()
              local script = [[cd \(home); echo x >>count-$0; echo began
                until [ -e go-$0 ]; do sleep 0.05; done
                seq \(lines); touch ended-$0; exit 7]]
              local result = ssh.run(run.inventory.workers[1], { "sh", "-c", script, cut }, { check = false })
              log.info(cut .. " ended with " .. result.status)
            end)
          end
        end,
      }
      """

    @Test("cut before, during and after a remote command: it runs once, its output is complete, its status is its own")
    func cut() async throws {
      try await Lab.withAppliances(2, isBare: true) { lab in
        try await Operator.at(lab) { person in
          let path = try person.write("cut.lua", Self.runbook)
          var output: [String: [String]] = [:], words = ""
          let watch: (String) async throws -> Void = { line in
            guard let event = try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any] else { return }
            let kind = event["kind"] as? String, path = event["path"] as? String ?? ""
            let payload = event["payload"] as? [String: Any]
            if kind == "log.message" { words += line }
            if kind == "step.output", let text = payload?["text"] as? String {
              output[path, default: []] += text.split(separator: "\n").map(String.init)
            }
            try await act(kind ?? "", path, isFirstOutput: kind == "step.output" && output[path] == ["began"], lab)
          }
          var ending = try await person.runbook(["run", path, "--inventory", lab.inventory, "--yes", "--json"]) {
            line, _ in try await watch(line)
          }
          if ending.code != 0 {
            ending = try await person.runbook(["resume", "--json"]) { line, _ in try await watch(line) }
          }
          #expect(ending.code == 0, "\(ending.words.suffix(3000))")

          var held = 0
          for cut in Self.cuts {
            let times = try await lab.execute(on: "da2", ["cat", "\(Self.home)/count-\(cut)"]).output()
            #expect(times == "x\n", "\(cut): how often it ran")
            #expect(output[cut] == ["began"] + (1...Self.lines).map(String.init), "\(cut): its output")
            #expect(words.contains("\(cut) ended with 7"))
            if times == "x\n", output[cut]?.count == Self.lines + 1 { held += 1 }
          }
          // The appliance sees this machine's older files below its own.
          let script = "find /var/tmp/runbook-$(id -u agadmin) -type f -newer \(Self.home)/before 2>/dev/null; true"
          let left = try await lab.execute(on: "da2", ["sh", "-c", script]).output()
          #expect(left == "")
          print("real faults, connection cut around a command: \(Self.cuts.count) tried, \(held) held")
        }
      }
    }

    /// Cuts and mends the connection to da2, by what is told of the run.
    private func act(_ kind: String, _ path: String, isFirstOutput: Bool, _ lab: Lab) async throws {
      switch (kind, path) {
      case ("step.started", "wait before"):
        try await lab.fault(.sshStop, on: "da2")
        try await touch("before", "da2", lab)
        try await touch("before", "da1", lab)
      case ("step.started", "before"):
        let began = try await lab.execute(on: "da2", ["test", "-e", "\(Self.home)/count-before"])
        #expect(began.exitCode == 1)
        try await touch("go-before", "da2", lab)
        try await lab.fault(.sshStart, on: "da2")
      case ("step.started", "wait during"), ("step.started", "wait after"):
        try await touch(String(path.dropFirst(5)), "da1", lab)
      case (_, "during") where isFirstOutput:
        try await lab.fault(.sshStop, on: "da2")
        try await lab.fault(.sshStart, on: "da2")
        try await touch("go-during", "da2", lab)
      case (_, "after") where isFirstOutput:
        try await lab.fault(.sshStop, on: "da2")
        try await touch("go-after", "da2", lab)
        let script = "until [ -e \(Self.home)/ended-after ]; do sleep 0.05; done"
        try await lab.execute(on: "da2", ["timeout", "60", "sh", "-c", script]).output()
        try await lab.fault(.sshStart, on: "da2")
      default: break
      }
    }

    private func touch(_ name: String, _ host: String, _ lab: Lab) async throws {
      try await lab.execute(on: host, ["touch", "\(Self.home)/\(name)"]).output()
    }
  }
}
