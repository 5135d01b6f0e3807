import Foundation
import Journal
import LuaVM
import Values

/// Lua on the hosts of an inventory, input by input: what a step's function may do, outside of a run.
///
/// Primitives that read are carried out at once. Those that change something need permission, and the hosts are then
/// taken as a run takes them, so that no run changes them meanwhile.
package actor ScriptConsole {
  /// What is used as the run's ID.
  static let name = "console"
  /// What it has beside a runbook's names.
  static let globals = ["hosts", "inventory", "manager", "managers", "workers"]
  /// Built-ins that make sense in a runbook only.
  static let withoutMeaning: Set<String> = ["runbook", "step", "scope", "approve", "requires_api"]

  private let environment: RunEnvironment
  private let hosts: HostDirectory
  private let modulePath: ModulePath
  private let folder: String
  private let driver: DirectDriver
  private let locks: RunLocks?
  private var session: ScriptSession?

  /// Prepares a console; nothing is contacted.
  ///
  /// - Parameters:
  ///   - allowsChanges: whether primitives that change something may be called.
  ///   - say: shows what is logged, and what commands print.
  package init(
    _ environment: RunEnvironment, hosts: HostDirectory, modulePath: ModulePath, folder: String, allowsChanges: Bool,
    say: @escaping @Sendable (String) -> Void
  ) {
    self.environment = environment
    self.hosts = hosts
    self.modulePath = modulePath
    self.folder = folder
    var holder = environment.services.holder
    holder.run = Self.name
    let recorder = Recorder(
      store: InMemoryJournalStore(), run: Self.name, lease: nil, clock: environment.services.clock, state: RunState(),
      watch: { _ in })
    let hostLocks = allowsChanges ? environment.hosts.locks : nil
    locks = hostLocks.map {
      RunLocks(
        locks: ConsoleLocks(locks: $0),
        request: LockRequest(id: Runner.randomID(), holder: holder, duration: environment.services.leaseDuration),
        environment: environment, recorder: recorder, history: RunState(), events: [])
    }
    driver = DirectDriver(
      name: Self.name, conversion: Conversion(hosts: hosts), clock: environment.services.clock,
      allowsChanges: allowsChanges,
      locks: locks,
      say: say)
  }

  /// Does the work while what the console has taken of the hosts is renewed, and gives that back.
  package nonisolated func open<Result: Sendable>(_ work: @Sendable () async -> Result) async -> Result {
    let keeping = Task { await locks?.keep() }
    let result = await work()
    keeping.cancel()
    await keeping.value
    await locks?.end(isOver: true)
    await close()
    return result
  }

  private func close() async {
    await session?.runtime.close()
    session = nil
  }

  /// Carries out what was typed. What it leaves in globals stays; locals end with the input.
  package func evaluate(_ text: String) async -> ConsoleReply {
    do {
      let session = try await ready()
      guard let chunk = try await chunk(of: text, in: session) else { return .incomplete }
      let results = try await inside { try await session.runtime.call(chunk, []) }
      var shown: [ConsoleReply.Shown] = []
      for result in results { shown.append(await self.shown(result, session)) }
      return .values(shown)
    } catch let error as LuaError where error.kind == .interrupted || error.kind == .memory {
      await close()
      return .failure(
        Failure(
          .runbookEndless, "the input was stopped; the console was reset: global variables are lost",
          hint: "define them again"))
    } catch is CancellationError {
      return .failure(Failure(.consoleStopped, "the input was stopped"))
    } catch {
      return .failure(FailureMapping.failure(error))
    }
  }

  /// Ends the present computation at once: for an input that does not end when its task is cancelled.
  /// Returns whether there was one.
  @discardableResult
  package func interruptIfBusy() -> Bool {
    guard let runtime = session?.runtime, runtime.isRunningLua else { return false }
    runtime.interrupt()
    return true
  }

  /// What a word may be completed to.
  package func completions(of word: String) async -> [String] {
    await ConsoleNames(hosts: hosts.names, modules: environment.hosts.modules)
      .completions(of: word) { await self.members(of: $0) }
  }

  /// The names of the members of the value of an expression of names and dots.
  private func members(of path: String) async -> [String] {
    guard let session = try? await ready(), let chunk = try? await session.chunk(of: "return \(path)", file: Self.name),
      let value = try? await inside({ try await session.runtime.call(chunk, []).first })
    else { return [] }
    if case .object(let object) = value { return Array(object.fields.keys) }
    guard case .dictionary(let members)? = try? await session.runtime.snapshot(value) else { return [] }
    return members.keys.filter { ConsoleNames.isName($0) }
  }

  /// The text as a function: as an expression where it is one. `nil` where it is incomplete.
  private func chunk(of text: String, in session: ScriptSession) async throws -> LuaFunction? {
    do { return try await session.chunk(of: "return \(text)", file: Self.name) } catch let asExpression as LuaError {
      do { return try await session.chunk(of: text, file: Self.name) } catch let error as LuaError {
        let isOpen = [asExpression, error].contains { $0.kind == .syntax && $0.message.hasSuffix("<eof>") }
        if isOpen { return nil }
        throw error
      }
    }
  }

  /// Inside something that counts as a step, so that primitives may be called.
  private func inside<Result: Sendable>(_ work: () async throws -> Result) async throws -> Result {
    try await TaskContext.$scope.withValue(Scope()) {
      try await TaskContext.$step.withValue(StepFrame(path: Self.name, attempt: 1, host: nil), operation: work)
    }
  }

  private func ready() async throws -> ScriptSession {
    if let session { return session }
    let made = try await ScriptSession(
      driver: driver, conversion: driver.conversion, hostModules: environment.hosts.modules, path: modulePath,
      folder: folder, limits: environment.options.limits)
    let run = RunObject(run: Self.name, parameters: [:], conversion: driver.conversion).value
    guard case .object(let run) = run, case .object(let inventory)? = run.fields["inventory"] else { return made }
    try await made.refuse(Self.withoutMeaning) { name in
      Failure(
        .notAvailable, "\(name) has no meaning at the console",
        hint: "call the functions themselves: everything here may be done as inside a step")
    }
    for host in hosts.hosts where ConsoleNames.isName(host.name) && !isTaken(host.name) {
      try await made.runtime.setGlobal(host.name, .value(.object(driver.conversion.object(host))))
    }
    try await made.runtime.setGlobal("inventory", .value(.object(inventory)))
    for name in Self.globals where name != "inventory" {
      if let value = inventory.fields[name] { try await made.runtime.setGlobal(name, .value(value)) }
    }
    session = made
    return made
  }

  /// Whether a name has another meaning.
  private func isTaken(_ name: String) -> Bool {
    Self.globals.contains(name) || PlainLua.globals.contains(name) || PlainLua.tables[name] != nil
      || environment.hosts.modules.contains { $0.name == name }
      || BuiltinList.all.contains { $0.name.prefix { $0 != "." } == name }
  }

  private func shown(_ value: LuaValue, _ session: ScriptSession) async -> ConsoleReply.Shown {
    switch value {
    case .function(let function): return .words("function" + (function.location.map { " at \($0)" } ?? ""))
    case .object(let object) where !(object.payload is Secret) && !object.fields.isEmpty:
      return .data(.object(object.fields.mapValues(data)))
    case .table:
      do { return .data(data(try await session.runtime.snapshot(value))) } catch {
        let failure = FailureMapping.failure(error)
        return .words("a table that is not shown: \(failure.message)")
      }
    default: return .data(data(value))
    }
  }

  /// A value as data, with words for parts that are not data.
  private func data(_ value: LuaValue) -> Value {
    switch value {
    case .list(let elements): .array(elements.map(data))
    case .dictionary(let members): .object(members.mapValues(data))
    case .object(let object) where !(object.payload is Secret || object.payload is HostView) && !object.fields.isEmpty:
      .object(object.fields.mapValues(data))
    case .function: "‹function›"
    case .table: "‹table›"
    default: (try? driver.conversion.value(value, what: "it")) ?? .string("‹\(value.kindName)›")
    }
  }
}

extension FailureCode {
  /// Ctrl-C ended what was typed.
  package static let consoleStopped: FailureCode = "console.stopped"
}

/// The locks of a console: it is not a run that could be resumed, so it leaves no record on the hosts, and what a killed
/// console held is free after its time.
struct ConsoleLocks: HostLocks {
  let locks: any HostLocks

  var hosts: [String] { locks.hosts }
  var leadingHosts: [String] { locks.leadingHosts }
  func system() async -> SharedSystem? { await locks.system() }
  func take(_ host: String, for request: LockRequest, hasChanged: Bool, takingOver: TakenOver) async throws
    -> LockResult
  {
    try await locks.take(host, for: request, hasChanged: false, takingOver: takingOver)
  }
  func renew(_ host: String, for request: LockRequest, hasChanged: Bool) async throws -> LockResult {
    try await locks.renew(host, for: request, hasChanged: false)
  }
  func leaveRecord(_ host: String, of request: LockRequest) async throws {
    try await locks.release(host, of: request)
  }
  func release(_ host: String, of request: LockRequest) async throws { try await locks.release(host, of: request) }
}

/// The result of a text that was typed at a console.
package enum ConsoleReply: Sendable, Hashable {
  /// It is incomplete: more has to be typed.
  case incomplete
  /// What it gave; empty for a statement.
  case values([Shown])
  /// It failed; the session continues.
  case failure(Failure)

  /// A value as it is shown.
  package enum Shown: Sendable, Hashable {
    /// Data.
    case data(Value)
    /// Something other than data, in words.
    case words(String)
  }
}
