import Foundation

/// What the plain docker command and curl say about the appliances.
extension Lab {
  /// The appliances' names.
  static let hosts = ["da1", "da2", "da3"]

  /// One line per node of a manager's swarm: host name, state, `Leader` or nothing.
  func nodes(on manager: String = "da1") async throws -> [String] {
    try await lines(manager, "node", "ls", "--format", "{{.Hostname}} {{.Status}} {{.ManagerStatus}}")
  }

  /// The labels of every node, by host name.
  func labels(on manager: String = "da1") async throws -> [String: [String: String]] {
    let ids = try await lines(manager, "node", "ls", "--quiet")
    let format = #"{"host": "{{.Description.Hostname}}", "labels": {{json .Spec.Labels}}}"#
    var labels: [String: [String: String]] = [:]
    for id in ids {
      let line = try await docker(on: manager, "node", "inspect", id, "--format", format)
      let node = try JSONDecoder().decode(NodeLabels.self, from: Data(line.utf8))
      labels[node.host] = node.labels ?? [:]
    }
    return labels
  }

  private struct NodeLabels: Decodable {
    var host: String
    var labels: [String: String]?
  }

  /// One line per task that is to run: service and host name, then its state.
  func tasks(on manager: String = "da1") async throws -> [String] {
    let format = "{{.Name}} {{.Node}} {{.CurrentState}}"
    return try await lines(
      manager, "stack", "ps", "da", "--filter", "desired-state=running", "--format", format
    ).map { line in
      let words = line.split(separator: " ")
      let service = words[0].split(separator: ".")[0]
      return "\(service) \(words[1]) \(words[2])"
    }.sorted()
  }

  /// The object versions of all nodes and services of a manager's swarm, one per line.
  func versions(on manager: String = "da1") async throws -> [String] {
    var versions: [String] = []
    for kind in ["node", "service"] {
      let ids = try await lines(manager, kind, "ls", "--quiet")
      if ids.isEmpty { continue }
      let text = try await LabCommand.run(
        ["docker", "--name", name, manager, kind, "inspect"] + ids + ["--format", "{{.ID}} {{.Version.Index}}"]
      ).output()
      versions += text.split(separator: "\n").map { "\(kind) \($0)" }
    }
    return versions.sorted()
  }

  /// The IDs of an appliance's running containers.
  func containers(on host: String) async throws -> [String] {
    try await lines(host, "ps", "--quiet", "--no-trunc").sorted()
  }

  /// What a run must not touch before it changes something, per appliance: membership, labels, services, containers.
  /// `restarted`: the appliances whose engine was stopped in between, which starts containers anew.
  func condition(restarted: Set<String> = []) async throws -> [String: String] {
    try await withThrowingTaskGroup(of: (String, String).self) { group in
      for host in Self.hosts {
        let versions =
          "docker node ls -q | xargs docker node inspect -f '{{.ID}} {{.Version.Index}}'; docker ps -q --no-trunc | sort"
        let script = """
          set -e -o pipefail
          docker info -f '{{.Swarm.NodeID}} {{.Swarm.Cluster.ID}} {{.Swarm.LocalNodeState}}'
          docker node inspect self -f '{{json .Spec}}'
          docker service ls -q | sort | xargs docker service inspect -f '{{.ID}} {{.Version.Index}}'
          \(restarted.contains(host) ? "" : versions)
          """
        group.addTask { (host, try await self.execute(on: host, ["bash", "-c", script]).output()) }
      }
      return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
    }
  }

  /// The page of the access point: who answered, and what the services behind it answered; `nil` where there is none
  /// yet, or only a part of it because a service ended while it was asked.
  func page(of address: String) async throws -> Page? {
    let answer = try await run(["curl", "--silent", "--fail", "--max-time", "20", "http://\(address):8080/"])
    guard answer.exitCode == 0 else { return nil }
    return try? JSONDecoder().decode(Page.self, from: Data(answer.standardOutput.utf8))
  }

  /// What a service answers.
  final class Page: Decodable, Sendable {
    let service: String
    let node: String
    let policy: Page?
    let authentication: Page?
    let postgres: Page?
  }

  private func lines(_ host: String, _ arguments: String...) async throws -> [String] {
    try await LabCommand.run(["docker", "--name", name, host] + arguments).output()
      .split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
  }
}
