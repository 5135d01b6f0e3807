import LuaVM
import Synchronization
import Values

/// A file of tests in Lua, loaded: the cases that it registers with `test(name, fn)`.
///
/// A case runs with the host modules at hand as in a step, and there are no steps in it. It fails when it raises an error.
package final class TestScript: Sendable {
  /// A registered case.
  package struct Case: Sendable {
    /// Its name.
    package let name: String
    /// Where it is registered.
    package let location: SourceLocation?
    let body: LuaFunction
  }

  /// The file and its environment.
  package struct Setting: Sendable {
    /// The absolute path of the file.
    package var file: String
    /// Its text.
    package var text: String
    /// Where `require` looks.
    package var modulePath: ModulePath
    /// Files below this folder are named relative to it.
    package var folder: String
    /// The modules that cases call.
    package var hostModules: [HostModule]
    /// The hosts that the modules know now.
    package var hosts: @Sendable () -> HostDirectory
    /// The clock that cases see and wait by.
    package var clock: any EngineClock
    /// Gets the lines that the cases execute themselves; `nil` if they are not recorded.
    package var coverage: LineCoverage?
    /// Takes what the cases print, and the output of commands.
    package var say: @Sendable (String) -> Void

    package init(
      file: String, text: String, modulePath: ModulePath, folder: String, hostModules: [HostModule],
      hosts: @escaping @Sendable () -> HostDirectory, clock: any EngineClock = SystemClock(),
      coverage: LineCoverage? = nil,
      say: @escaping @Sendable (String) -> Void
    ) {
      self.file = file
      self.text = text
      self.modulePath = modulePath
      self.folder = folder
      self.hostModules = hostModules
      self.hosts = hosts
      self.clock = clock
      self.coverage = coverage
      self.say = say
    }
  }

  /// The cases in the order of their registration.
  package let cases: [Case]
  private let session: ScriptSession

  private init(_ session: ScriptSession, _ cases: [Case]) {
    self.session = session
    self.cases = cases
  }

  /// Loads a file, which registers its cases.
  ///
  /// - Throws: A `Failure` when it is not Lua, raises an error, or registers two cases with the same name.
  package static func load(_ setting: Setting) async throws -> TestScript {
    let conversion = Conversion(directory: setting.hosts)
    let driver = DirectDriver(
      name: "test", conversion: conversion, clock: setting.clock, allowsChanges: true, locks: nil, say: setting.say)
    let session = try await ScriptSession(
      driver: driver, conversion: conversion, hostModules: setting.hostModules, path: setting.modulePath,
      folder: setting.folder, limits: LuaLimits(), coverage: setting.coverage)
    let cases = Mutex<[Case]>([])
    try await session.refuse(belongingToRuns) { name in
      Failure(
        .notAvailable, "\(name) belongs to a run, and this is a test",
        hint: "execute a runbook and check its result: simulation.run(\"…\")")
    }
    try await session.runtime.setGlobal("test", .function(Builtins(session: session).test { try add($0, to: cases) }))
    do {
      let chunk = try await session.chunk(of: setting.text, file: setting.file)
      _ = try await session.runtime.call(chunk, [])
    } catch {
      await session.runtime.close()
      throw FailureMapping.failure(error)
    }
    return TestScript(session, cases.withLock { $0 })
  }

  /// Executes a case.
  ///
  /// - Returns: Why it failed; `nil` when it passed.
  /// - Throws: `CancellationError`.
  package func run(_ test: Case) async throws -> Failure? {
    do {
      let frame = StepFrame(path: test.name, attempt: 1, host: nil)
      try await TaskContext.$scope.withValue(Scope()) {
        try await TaskContext.$step.withValue(frame) { _ = try await session.runtime.call(test.body, []) }
      }
      return nil
    } catch is CancellationError {
      throw CancellationError()
    } catch {
      var failure = FailureMapping.failure(error)
      failure.step = nil
      failure.location = failure.location ?? test.location
      return failure
    }
  }

  /// Ends the script's present computation at once; the script can't be used any more.
  package func interrupt() { session.runtime.interrupt() }

  /// Ends the script.
  package func close() async { await session.runtime.close() }

  /// Built-ins that make sense in a run only.
  private static let belongingToRuns: Set<String> = [
    "runbook", "step", "scope", "parallel", "approve", "note", "show_table", "refuse", "conclude",
  ]

  private static func add(_ new: Case, to cases: borrowing Mutex<[Case]>) throws {
    try cases.withLock { cases in
      if let earlier = cases.first(where: { $0.name == new.name }) {
        throw Failure(
          .argument, "there are two tests with the name \"\(new.name)\"",
          hint: earlier.location.map { "the other one is at \($0)" } ?? "give each its own name")
      }
      cases.append(new)
    }
  }
}
