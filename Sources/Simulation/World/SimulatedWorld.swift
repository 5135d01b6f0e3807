import Foundation
import HostModules
import Inventory
import Remote
import SwarmModel
import Synchronization
import Values

/// A world of hosts with Docker engines in this process: nothing outside is touched, and no process is started.
///
/// It is reached as hosts are: ``access`` gives transports that run commands and open `docker system dial-stdio`, behind
/// which a server speaks the Engine API over HTTP. So all of the program but the outside is the very same.
package final class SimulatedWorld: Sendable {
  /// What it was made from.
  package let plan: WorldPlan
  private struct Inside {
    let state: SimulatedState
    /// How often each host was asked what, for the faults.
    var counts: [String: [String: Int]] = [:]
    /// What may have changed each host, in order.
    var calls: [String: [String]] = [:]
    var log: WorldLog?

    /// Which call of its shape, and which of its exact words, this is on a host, from 1.
    mutating func count(_ call: WorldFault.Call, on host: String) -> WorldFault.Numbers {
      func next(_ name: String) -> Int {
        counts[host, default: [:]][name, default: 0] += 1
        return counts[host]?[name] ?? 1
      }
      return WorldFault.Numbers(shape: next(call.shape), words: next("=" + call.words))
    }

    /// Continues to count where a call was struck.
    mutating func resume(_ call: WorldFault.Call, _ numbers: WorldFault.Numbers, on host: String) {
      counts[host, default: [:]][call.shape] = numbers.shape
      counts[host, default: [:]]["=" + call.words] = numbers.words
    }
  }
  private let inside: Mutex<Inside>
  private let clock: @Sendable () -> Double
  let room: ConnectionRoom

  /// - Parameters:
  ///   - plan: what it is to be.
  ///   - began: when it begins, in seconds since 1970; now where it is left out.
  ///   - clock: seconds since 1970. The machine's clock where it is left out; one that a test moves makes time stand
  ///     still in between.
  ///   - openFiles: how many this process may have; as many as the system allows where it is left out.
  /// - Throws: A `Failure` when the stack's compose files can't be read.
  package init(
    _ plan: WorldPlan, began: Double? = nil, clock: @escaping @Sendable () -> Double = { Date().timeIntervalSince1970 },
    openFiles: Int? = nil
  ) throws {
    room = ConnectionRoom(openFiles: openFiles ?? OpenFileLimit.raise())
    self.plan = plan
    self.clock = clock
    inside = Mutex(Inside(state: try SimulatedState(plan, now: began ?? clock())))
  }

  /// How a run reaches its hosts.
  package var access: any HostAccess { SimulatedHostAccess(world: self) }

  /// The world's time, in seconds since 1970.
  package var now: Double {
    inside.withLock { inside in
      inside.state.advance(to: clock())
      return inside.state.swarm.now
    }
  }

  // What happens from outside.

  /// Lets the world's time be later at once.
  package func jump(by seconds: Double) throws { try change("", .jump(seconds: seconds)) { $0.jump(by: seconds) } }

  /// Ends a host's engine, or starts it.
  package func setEngine(of host: String, isRunning: Bool) throws {
    try change(host, .engine(isRunning: isRunning)) {
      _ = $0.isOn(host)
      $0.swarm.setRunning(isRunning, host)
    }
  }

  /// Switches a host off, or on.
  package func setPower(of host: String, isOn: Bool) throws {
    try change(host, .power(isOn: isOn)) {
      _ = $0.isOn(host)
      $0.swarm.setOn(isOn, host)
    }
  }

  /// What was sent to a host that may have changed it, in order: `POST /swarm/join`, or a command.
  package func calls(on host: String) -> [String] { inside.withLock { $0.calls[host] ?? [] } }

  /// The contents of a host's file; `nil` where there is none.
  package func file(_ path: String, on host: String) -> [UInt8]? {
    inside.withLock { $0.state.file(path, on: host) }
  }

  private func change(_ host: String, _ input: WorldInput, _ body: (SimulatedState) -> Void) throws {
    try inside.withLock { inside in
      let now = clock()
      inside.state.advance(to: now)
      body(inside.state)
      try inside.log?.append(input.line(host: host, at: now))
    }
  }

  // Its log.

  /// Keeps all that changes the world from now on in a file, so that ``replay(_:)`` makes it the same again.
  func record(in log: WorldLog) { inside.withLock { $0.log = log } }

  /// Does again what a log holds.
  func replay(_ entries: [(host: String, time: Double, input: WorldInput)]) {
    inside.withLock { inside in
      let state = inside.state
      for (host, time, input) in entries {
        state.advance(to: time)
        switch input {
        case .call(let question): _ = state.answer(question, on: host)
        case .struck(let call, let numbers): inside.resume(call, numbers, on: host)
        case .command(let command): _ = state.carryOut(command, on: host)
        case .authority(let authority): state.swarm.install(authority, for: host)
        case .engine(let isRunning):
          _ = state.isOn(host)
          state.swarm.setRunning(isRunning, host)
        case .crash(let seconds): state.crash(host, for: seconds)
        case .power(let isOn):
          _ = state.isOn(host)
          state.swarm.setOn(isOn, host)
        case .jump(let seconds): state.jump(by: seconds)
        }
      }
    }
  }

  // What hosts are asked.

  /// A connection that was lost on purpose, or an engine that is not there.
  struct ConnectionLost: Error {
    /// Whether what was asked may have been done.
    let leavesDoubt: Bool
  }

  /// What goes wrong with a call; counts it. What has struck is logged: in a later process it does not strike again.
  private func strike(_ call: WorldFault.Call, on host: String) throws -> WorldFault? {
    try inside.withLock { inside in
      let numbers = inside.count(call, on: host)
      let fault = plan.faults.enumerated().first { index, fault in
        fault.strikes(call, numbers, on: host, seed: plan.seed, index: index)
      }?.element
      if fault != nil { try inside.log?.append(WorldInput.struck(call, numbers).line(host: host, at: clock())) }
      return fault
    }
  }

  func answer(_ question: SimulatedRequest, on host: String) async throws -> EngineReply {
    let fault = try strike(question.call, on: host)
    switch fault?.kind {
    case .lose: throw ConnectionLost(leavesDoubt: false)
    case .slow: try await Task.sleep(for: .bounded(seconds: fault?.seconds ?? 0))
    case .refuse: return .refusal(503, fault?.words ?? "")
    case .crash: try crash(host, fault)
    case .loseAnswer, nil: break
    }
    try provideAuthority(on: host, for: question)
    let reply: EngineReply? = try inside.withLock { inside in
      let now = clock()
      inside.state.advance(to: now)
      guard inside.state.isUp(host) else { return nil }
      let reply = inside.state.answer(question, on: host)
      if question.changes {
        inside.calls[host, default: []].append(question.name)
        try inside.log?.append(WorldInput.call(question).line(host: host, at: now))
      }
      return reply
    }
    guard let reply, fault?.kind != .loseAnswer else { throw ConnectionLost(leavesDoubt: true) }
    return reply
  }

  /// Makes a swarm's root certificate when a caller first asks for it, or for tokens. For each appliance that is only
  /// asked for its state it would be much work for nothing.
  private func provideAuthority(on host: String, for question: SimulatedRequest) throws {
    guard ["swarm", "nodes"].contains(question.path.first ?? "") else { return }
    try provideAuthority(on: host)
  }

  private func provideAuthority(on host: String) throws {
    guard inside.withLock({ $0.state.isUp(host) && $0.state.swarm.needsAuthority(host) }) else { return }
    // Not under the lock: it takes a moment, and is not the same each time.
    let authority = try ModelAuthority.make(at: Date(timeIntervalSince1970: clock()))
    try change(host, .authority(authority)) { $0.swarm.install(authority, for: host) }
  }

  /// What answers at a manager's swarm port on a connection that a host opens; or why the connection ends.
  func swarmPort(at address: String, _ port: Int, from host: HostSpec) async throws -> SwarmPort.Answer {
    let probe = KnownScript.probePort.command([address, "\(port)", "10"], stdin: [], sudo: false)
    let reached = try await carryOut(probe, on: host)
    guard reached.status == 0 else { return .ended(CommandTermination(status: reached.status, stderr: reached.stderr)) }
    guard port == 2377, let manager = inside.withLock({ $0.state.swarm.host(at: address) }) else {
      return .ended(CommandTermination(status: 0))
    }
    try provideAuthority(on: manager)
    return try inside.withLock { inside in
      let swarm = inside.state.swarm
      guard let membership = swarm.engines[manager]?.membership, let authority = swarm.authority(of: manager) else {
        return .ended(CommandTermination(status: 0))
      }
      guard let (issuedAt, lifetime) = swarm.certificate(of: manager) else {
        return .ended(CommandTermination(status: 0))
      }
      let (begin, end) = EngineFolder.validity(issuedAt + (swarm.engines[manager]?.clockOffset ?? 0), lifetime)
      let own = try authority.issue(
        swarm: membership.cluster, node: membership.nodeID, isManager: true, from: begin, to: end)
      return .manager(SwarmPort(bundle: authority.certificate, certificate: own.certificate, key: own.key))
    }
  }

  private func crash(_ host: String, _ fault: WorldFault?) throws {
    let seconds = fault?.seconds ?? 0
    try change(host, .crash(seconds: seconds)) { $0.crash(host, for: seconds) }
  }

  /// Whether a command only looks, as far as that is known of its words.
  private static func isReading(_ command: RemoteCommand) -> Bool {
    let words = DockerCommand.withoutEngine(command.argv)
    let looks = [["docker", "--version"], ["docker", "info"], ["docker", "stack", "config"]]
    return looks.contains { words.starts(with: $0) }
  }

  func carryOut(_ command: RemoteCommand, on host: HostSpec) async throws -> CommandResult {
    let known = KnownScript.recognise(command)
    let words = known?.script.rawValue ?? command.argv.joined(separator: " ")
    let fault = try strike(.init(shape: words, words: words), on: host.name)
    switch fault?.kind {
    case .lose: throw Self.lost(host, leavesDoubt: false)
    case .slow: try await Task.sleep(for: .bounded(seconds: fault?.seconds ?? 0))
    case .refuse: return HostShell.fails(1, fault?.words ?? "")
    case .crash: try crash(host.name, fault)
    case .loseAnswer, nil: break
    }
    // An engine that is stopped leaves its certificates behind.
    if known?.script == .readFile && known?.arguments.first?.contains("/swarm/certificates/") == true
      || known?.script == .changeEngine
    {
      try provideAuthority(on: host.name)
    }
    let typed = known?.script == .launchJob ? ShellLine.read(known?.arguments[4] ?? "") ?? command : command
    let rule = plan.rules.first { $0.matches(typed.argv, on: host.name) }
    if let delay = rule?.delay, delay > 0 { try await Task.sleep(for: .bounded(seconds: delay)) }
    var reported = command
    if let file = command.inputFile { reported.stdin = Array(try Data(contentsOf: URL(filePath: file))) }
    let result: CommandResult? = try inside.withLock { inside in
      let now = clock()
      inside.state.advance(to: now)
      guard inside.state.isOn(host.name) else { return nil }
      let result = inside.state.carryOut(reported, on: host.name)
      let isReading = Self.isReading(typed)
      if known == nil && !isReading || known?.script == .launchJob {
        inside.calls[host.name, default: []].append(ShellQuoting.quote(typed.argv))
      }
      if known?.script.changes ?? (rule == nil && !isReading) {
        try inside.log?.append(WorldInput.command(reported).line(host: host.name, at: now))
      }
      return result
    }
    guard var result else { throw Self.unreachable(host) }
    if fault?.kind == .loseAnswer { throw Self.lost(host, leavesDoubt: true) }
    if let file = command.outputFile {
      guard
        FileManager.default.createFile(
          atPath: file, contents: Data(result.stdout), attributes: [.posixPermissions: 0o600])
      else { throw Failure(.commandNotStarted, "\(file) can't be written") }
      result.stdout = []
    }
    return result
  }

  func events(on host: String, after count: Int?) throws -> (events: [ModelEvent], count: Int) {
    try inside.withLock { inside in
      inside.state.advance(to: clock())
      guard inside.state.isUp(host) else { throw ConnectionLost(leavesDoubt: false) }
      return try inside.state.swarm.events(host, after: count)
    }
  }

  /// What dial-stdio meets on a host.
  func engineState(_ host: String) -> (isOn: Bool, isUp: Bool) {
    inside.withLock { inside in
      inside.state.advance(to: clock())
      return (inside.state.isOn(host), inside.state.isUp(host))
    }
  }

  static func unreachable(_ host: HostSpec) -> Failure {
    Failure(
      .sshUnreachable, "the host can't be reached", host: host.name, cause: "the simulated host is off",
      hint: "see `power` in the world file", isRetryable: true)
  }

  private static func lost(_ host: HostSpec, leavesDoubt: Bool) -> Failure {
    Failure(
      .sshConnectionLost, "the connection to the host was lost", host: host.name,
      cause: "a fault of the simulated world",
      isRetryable: true, leavesDoubt: leavesDoubt)
  }
}
