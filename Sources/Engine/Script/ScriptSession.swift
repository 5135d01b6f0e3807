import Journal
import LuaVM
import Synchronization
import Values

/// A runbook's script, loaded into a Lua runtime of its own, with its built-ins and host modules.
final class ScriptSession: Sendable {
  let runtime: LuaRuntime
  let driver: any StepDriver
  let conversion: Conversion
  let modules: ModuleLoader
  let deprecations = DeprecationWarnings()
  let failures = FailureLog()
  private let folder: String
  private let decisions: WatchedDecisions?
  private let definition = Mutex<RunbookDefinition?>(nil)
  /// The lines of the loaded files, by the names that errors give them.
  private let lines = Mutex<[String: [Substring]]>([:])

  /// Makes a runtime and fills it.
  init(
    driver: any StepDriver, conversion: Conversion, hostModules: [HostModule], path: ModulePath, folder: String,
    limits: LuaLimits, coverage: LineCoverage? = nil, keep: (@Sendable (RunFile) async throws -> Void)? = nil
  ) async throws {
    runtime = try LuaRuntime(limits: limits, coverage: coverage)
    self.driver = driver
    self.conversion = conversion
    self.folder = folder
    modules = ModuleLoader(path: path, keep: keep)
    decisions = driver.decisions
    try await decisions?.install(in: runtime)
    for (name, item) in Builtins(session: self).all { try await runtime.setGlobal(name, item) }
    for module in hostModules {
      try await runtime.setGlobal(module.name, HostModuleBinding(module: module, session: self).item)
    }
  }

  /// Makes built-ins that have no meaning in this script raise an error that says so.
  func refuse(_ names: Set<String>, _ failure: @escaping @Sendable (String) -> Failure) async throws {
    for name in names.sorted() {
      let refusal = LuaHostFunction(name) { call in
        var failure = failure(name)
        failure.location = call.location()
        throw failure
      }
      try await runtime.setGlobal(name, .function(refusal))
    }
  }

  /// A file as errors name it: relative to the folder that the operator works in, where it is below it.
  func shown(_ path: String) -> String {
    path.hasPrefix(folder + "/") ? String(path.dropFirst(folder.count + 1)) : path
  }

  /// Loads the text of a file.
  func chunk(of text: String, file: String) async throws -> LuaFunction {
    let name = shown(file)
    lines.withLock { $0[name] = text.split(separator: "\n", omittingEmptySubsequences: false) }
    if let watched = decisions?.watched(text, file: name), watched != text {
      // With the looks a file may exceed limits that no text written by hand reaches: then it is loaded without them.
      if let chunk = try? await runtime.load(watched, chunkName: name) { return chunk }
      decisions?.missed(name)
    }
    return try await runtime.load(text, chunkName: name)
  }

  /// The lines that define a function, without their indentation. `name`: the step's, which is often on the first of
  /// them and is left out, so that a renamed step is recognized.
  func code(of function: LuaFunction?, without name: String = "") -> String {
    guard let function, let location = function.location, let last = function.lastLine else { return "" }
    let lines = lines.withLock { $0[location.file] } ?? []
    guard location.line >= 1, location.line <= last, last <= lines.count else { return "" }
    let code = lines[(location.line - 1)..<last].map { $0.drop { $0 == " " || $0 == "\t" } }.joined(separator: "\n")
    return name.isEmpty ? code : code.replacing("\"\(name)\"", with: "", maxReplacements: 1)
  }

  /// Keeps what the file defines; false when it has defined something already.
  func define(_ new: RunbookDefinition) -> Bool {
    definition.withLock { definition in
      guard definition == nil else { return false }
      definition = new
      return true
    }
  }

  /// Runs the runbook's file and gives what it defines.
  func load(_ path: String, text: String) async throws -> RunbookDefinition {
    let chunk = try await chunk(of: text, file: path)
    _ = try await runtime.call(chunk, [])
    guard let definition = definition.withLock({ $0 }) else {
      throw Failure(
        .runbookShape, "the file does not define a runbook", location: SourceLocation(file: shown(path), line: 1),
        hint: "end it with: return runbook { summary = \"…\", function(run) … end }")
    }
    return definition
  }

  /// Executes the runbook's function in the run's outermost scope. Also throws when it came to its end, but has caught
  /// a failure that shows that the script itself is wrong.
  func execute(_ definition: RunbookDefinition, run: String, parameters: [String: Value]) async throws {
    guard let body = definition.body else { return }
    let arguments = RunObject(run: run, parameters: parameters, conversion: conversion).value
    try await TaskContext.$scope.withValue(Scope(claims: PathClaims(isWalk: driver.handsOutUnknowns))) {
      _ = try await runtime.call(body, [arguments])
    }
    if let mistake = failures.mistake { throw mistake }
  }

  /// A call without arguments, for later.
  func deferred(_ function: LuaFunction?) -> (@Sendable () async throws -> LuaValue)? {
    guard let function else { return nil }
    return { try await self.first(of: function, []) }
  }

  /// Calls a function and gives its first result, as a snapshot that can outlive the call.
  func first(of function: LuaFunction, _ arguments: [LuaValue], snapshot: Bool = true) async throws -> LuaValue {
    let result = try await runtime.call(function, arguments).first ?? .nil
    guard snapshot, case .table = result else { return result }
    return try await runtime.snapshot(result)
  }
}

/// The argument of a runbook's function: `run.id`, `run.params`, `run.inventory`.
struct RunObject {
  let run: String
  let parameters: [String: Value]
  let conversion: Conversion

  var value: LuaValue {
    let params = LuaObject(
      typeName: "params", identity: nil, text: "run.params", payload: 0,
      fields: parameters.mapValues(conversion.lua))
    return .object(
      LuaObject(
        typeName: "run", identity: nil, text: "run \(run)", payload: 0,
        fields: ["id": .string(run), "params": .object(params), "inventory": .object(inventory)]))
  }

  private var inventory: LuaObject {
    let hosts = conversion.hosts.hosts
    func objects(_ hosts: [HostView]) -> LuaValue { .list(hosts.map { .object(conversion.object($0)) }) }
    let managers = hosts.filter { $0.role == "manager" }
    return LuaObject(
      typeName: "inventory", identity: nil, text: "run.inventory", payload: 0,
      fields: [
        "hosts": objects(hosts), "managers": objects(managers),
        "workers": objects(hosts.filter { $0.role == "worker" }),
        "manager": managers.first.map { .object(conversion.object($0)) } ?? .nil,
        "stack": conversion.hosts.stack.map { .dictionary($0.mapValues(conversion.lua)) } ?? .nil,
      ])
  }
}
