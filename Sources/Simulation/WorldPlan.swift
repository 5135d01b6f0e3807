import Inventory
import SwarmModel
import Values

/// Describes a simulated world: which hosts there are, the state of each at the beginning, what goes wrong.
public struct WorldPlan: Sendable {
  /// The state of a host at the beginning.
  public enum Start: String, Sendable, CaseIterable {
    /// An appliance of its own: a swarm of one node that carries all labels, with the stack running.
    case standalone
    /// In no swarm.
    case none
    /// A node of the inventory's manager's swarm, with the labels of its services, and the stack deployed.
    case joined
  }

  /// What is particular about one host.
  public struct Host: Sendable {
    /// Its state at the beginning.
    public var start: Start?
    /// What it calls itself; its inventory name where it is left out.
    public var hostname: String?
    /// Seconds that its clock is ahead.
    public var clockOffset = 0.0
    /// Labels of its node in place of those that it would have.
    public var labels: [String: String]?
    /// Files by their absolute paths.
    public var files: [String: String] = [:]
    /// Images beside those of the stack.
    public var images: [String] = []
    /// Whether it is on at the beginning.
    public var isOn = true
    /// Whether its engine runs at the beginning.
    public var hasEngine = true
    /// Free disk, in KiB.
    public var freeKilobytes: Int64 = 20_000_000
    /// Ports that hosts can't reach on it.
    public var closedPorts: Set<Int> = []
    /// In how many days, from the world's beginning, the certificate ends that its node has then; negative for one that
    /// has ended. A whole lifetime where it is left out.
    public var certificateDays: Double?
    /// The machine and its engine's version.
    public var make = ModelEngine.Make()

    /// A host like all others.
    public init() {}
  }

  /// What a command comes to.
  public struct Rule: Sendable {
    /// The host; all where it is left out.
    public var host: String?
    /// The first words of the command.
    public var match: [String]
    /// The exit code.
    public var status: Int32 = 0
    /// What it writes.
    public var stdout = ""
    /// What it writes to its standard error.
    public var stderr = ""
    /// Seconds that it takes.
    public var delay = 0.0

    /// A command that succeeds and says nothing.
    public init(match: [String]) { self.match = match }

    func matches(_ argv: [String], on host: String) -> Bool {
      (self.host == nil || self.host == host) && argv.starts(with: match)
    }
  }

  /// The inventory that the hosts come from.
  public var inventory: Inventory
  /// What IDs and chances are made of.
  public var seed: UInt64 = 1
  /// The state of hosts that say nothing else.
  public var start = Start.standalone
  /// What is particular, by the hosts' names.
  public var hosts: [String: Host] = [:]
  /// What commands come to; the first that matches counts.
  public var rules: [Rule] = []
  /// What goes wrong.
  public var faults: [WorldFault] = []
  /// The stack's compose files by their names in the inventory; made from the inventory's services where they are left
  /// out.
  public var stackFiles: [String: String] = [:]

  /// What the tasks of services write when they have started, by the services' names.
  public var logs: [String: [ModelLogLine]] = [:]
  /// Whether hosts have the stack's compose files by default.
  public var hasStackFiles = true
  /// The swarms that exist already. Their hosts begin as described there.
  public var swarms: [Swarm] = []

  /// A world of standalone appliances.
  public init(inventory: Inventory) { self.inventory = inventory }

  func host(_ name: String) -> Host { hosts[name] ?? Host() }

  /// The user that commands run as, and the free disk.
  func facts(of name: String) -> (user: String, freeKilobytes: Int64) {
    let host = inventory.host(named: name)
    return (host?.sudo == true ? host?.ssh.user ?? "operator" : "root", self.host(name).freeKilobytes)
  }

  func isClosed(_ port: Int, from: String, to: String) -> Bool { from != to && host(to).closedPorts.contains(port) }
}
