import Foundation
import TestSupport
import Testing

/// A layout that runs on da1 to da4, and a person who changes it; da1 is always the manager with admin, distribution and
/// postgres.
struct DayTwoSite: Sendable {
  let person: Operator
  var lab: Lab { person.lab }
  /// The lab's inventory up to its hosts.
  private let head: String

  init(_ person: Operator) throws {
    self.person = person
    let text = try String(contentsOfFile: person.lab.inventory, encoding: .utf8)
    let head = try #require(text.range(of: "hosts:\n")).upperBound
    self.head = text[..<head].replacingOccurrences(of: "./ssh_config", with: person.lab.sshConfiguration)
  }

  /// Writes an inventory with these workers and their services, and returns its path.
  func inventory(_ workers: [String: String]) throws -> String {
    try inventory(managers: ["da1": "admin, distribution, postgres"], workers: workers)
  }

  /// Writes an inventory with these hosts and their services, and returns its path.
  func inventory(managers: [String: String], workers: [String: String]) throws -> String {
    var text = (managers.count > 1 ? "managers: \(managers.count)\n" : "") + head
    for (role, hosts) in [("manager", managers), ("worker", workers)] {
      for (name, services) in hosts.sorted(by: { $0.key < $1.key }) {
        text += "  \(name): { address: 10.77.0.\(name.suffix(1)), role: \(role), services: [\(services)] }\n"
      }
    }
    return try person.write("\(UUID().uuidString).yaml", text)
  }

  /// Runs a runbook, and again: containers of the hosts in `kept` go on, and the second time nothing is changed.
  func change(
    _ runbook: String, _ inventory: String, _ parameters: String..., kept: [String],
    sourceLocation: Testing.SourceLocation = #_sourceLocation
  ) async throws {
    var before: [String: [String]] = [:]
    for host in kept { before[host] = try await lab.containers(on: host) }
    let arguments = ["run", runbook, "--inventory", inventory, "--yes"] + parameters.flatMap { ["--param", $0] }
    let ending = try await person.runbook(arguments)
    try #require(ending.code == 0, "\(ending.words.suffix(3000))", sourceLocation: sourceLocation)
    for host in kept {
      let now = Set(try await lab.containers(on: host))
      #expect(now.isSuperset(of: before[host] ?? []), "\(host) was disturbed", sourceLocation: sourceLocation)
    }
    let state = try await state()
    let again = try await person.runbook(arguments)
    #expect(again.code == 0, "\(again.words)", sourceLocation: sourceLocation)
    #expect(again.words.contains("Nothing had to be changed"), "\(again.words)", sourceLocation: sourceLocation)
    #expect(try await self.state() == state, sourceLocation: sourceLocation)
  }

  /// Undoes the newest run that changed something.
  func undo(sourceLocation: Testing.SourceLocation = #_sourceLocation) async throws {
    let undone = try await person.runbook("rollback", try await person.journal.newestChangingRun(), "--yes")
    try #require(undone.code == 0, "\(undone.words.suffix(3000))", sourceLocation: sourceLocation)
  }

  /// The host is a swarm of its own, in which all six services run.
  func expectStandalone(_ host: String, sourceLocation: Testing.SourceLocation = #_sourceLocation) async throws {
    #expect(try await lab.nodes(on: host) == ["\(host) Ready Leader"], sourceLocation: sourceLocation)
    #expect(try await lab.tasks(on: host).count == 6, sourceLocation: sourceLocation)
  }

  /// Versions of the swarm's nodes and services, and the manager's containers.
  func state() async throws -> [String] { try await lab.versions() + lab.containers(on: "da1") }

  /// Each of these services runs on that host and nowhere else, by its label, and those of da1 run there.
  func expectServices(_ places: [String: String], sourceLocation: Testing.SourceLocation = #_sourceLocation)
    async throws
  {
    var all = places
    for service in ["admin", "distribution", "postgres"] { all[service] = "da1" }
    let tasks = all.map { "da_\($0.key) \($0.value) Running" }.sorted()
    #expect(try await lab.tasks() == tasks, sourceLocation: sourceLocation)
    var carriers: [String: [String]] = [:]
    for (host, labels) in try await lab.labels() {
      for label in labels.keys { carriers[label, default: []].append(host) }
    }
    let wanted = Dictionary(
      uniqueKeysWithValues: all.map { ($0.key == "postgres" ? $0.key : "da-\($0.key)", [$0.value]) })
    #expect(carriers == wanted, sourceLocation: sourceLocation)
  }

  /// The managers have missed the node often enough.
  func waitUntilDown(_ node: String) async throws {
    try await eventually("the node \(node) is down", every: .milliseconds(500)) {
      try await lab.docker(on: "da1", "node", "inspect", node, "--format", "{{.Status.State}}") == "down\n"
    }
  }
}
