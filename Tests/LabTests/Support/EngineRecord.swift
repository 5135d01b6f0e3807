import Foundation

/// What the engines of all appliances write down themselves of what they are asked, and the files of
/// configuration, of the product and of this program that are written meanwhile.
struct EngineRecord: Sendable {
  private let lab: Lab
  private static let mark = "/tmp/engine-record"

  /// From now on the engines record each call.
  init(_ lab: Lab) async throws {
    self.lab = lab
    for host in Lab.hosts {
      try await lab.execute(
        on: host,
        ["sh", "-c", #"echo '{"debug": true}' > /etc/docker/daemon.json && kill -HUP "$(pidof dockerd)""#]
      ).output()
    }
  }

  /// What was asked of the engines while `body` ran, and the files that were written meanwhile.
  func during<Answer>(_ body: () async throws -> Answer) async throws -> (Answer, calls: [String], files: [String]) {
    var known: [String: Int] = [:]
    for host in Lab.hosts {
      known[host] = try await calls(on: host).count
      try await lab.execute(on: host, ["touch", Self.mark]).output()
    }
    let answer = try await body()
    var new: [String] = [], files: [String] = []
    for host in Lab.hosts {
      new += try await calls(on: host).dropFirst(known[host] ?? 0).map { "\(host): \($0)" }
      let find = "find /etc /home /opt /srv /var/tmp/runbook* -xdev -newer \(Self.mark) -type f 2>/dev/null || true"
      files += try await lab.execute(on: host, ["sh", "-c", find]).output().split(separator: "\n").map {
        "\(host): \($0)"
      }
    }
    return (answer, new, files)
  }

  private func calls(on host: String) async throws -> [String] {
    try await LabCommand.run(["log", "--name", lab.name, host, "dockerd"]).output().split(separator: "\n")
      .compactMap { line in
        line.range(of: "msg=\"Calling ").map { String(line[$0.upperBound...].prefix { $0 != "\"" }) }
      }
  }
}
