import Foundation
import Journal
import LuaVM
import Synchronization
import Values

/// Finds Lua files: the runbook's own folder first, then the others in order.
public struct ModulePath: Sendable, Hashable {
  /// The folders to look in, in order.
  public var folders: [String]
  /// Texts used instead of files, by module name: those that were kept with a run.
  var kept: [String: String] = [:]

  /// Looks in these folders.
  public init(folders: [String]) { self.folders = folders }

  /// The file and text of a module, `nil` when no folder has it.
  public func find(_ name: String) throws -> (path: String, text: String)? {
    let file = file(name)
    // Under the name of its file, so that errors point there.
    if let text = kept[name] { return (file ?? "\(name.replacing(".", with: "/")).lua", text) }
    return try file.map { ($0, try SourceFile.text(of: $0)) }
  }

  private func file(_ name: String) -> String? {
    let relative = name.replacing(".", with: "/")
    return folders.lazy.flatMap { ["\($0)/\(relative).lua", "\($0)/\(relative)/init.lua"] }
      .first { FileManager.default.fileExists(atPath: $0) }
  }

  /// Whether that module's text was kept with a run.
  func isKept(_ name: String) -> Bool { kept[name] != nil }
}

/// Loads each module of a run once, on the first `require`.
actor ModuleLoader {
  private let path: ModulePath
  /// Called for each module that was not kept with the run, before any of it is carried out.
  private let keep: (@Sendable (RunFile) async throws -> Void)?
  private var loaded: [String: Task<LuaValue, any Error>] = [:]
  private(set) var sources: [(name: String, text: String)] = []

  /// The modules that are being loaded around the current task, to find circles.
  @TaskLocal private static var chain: [String] = []

  init(path: ModulePath, keep: (@Sendable (RunFile) async throws -> Void)? = nil) {
    self.path = path
    self.keep = keep
  }

  func load(_ name: String, in session: ScriptSession) async throws -> LuaValue {
    if Self.chain.contains(name) {
      throw Failure(
        .moduleMissing, "the module \"\(name)\" requires itself: \((Self.chain + [name]).joined(separator: " → "))",
        hint: "move what both need into a third module")
    }
    let task = loaded[name] ?? Self.$chain.withValue(Self.chain + [name]) { Task { try await read(name, session) } }
    loaded[name] = task
    return try await withTaskCancellationHandler {
      try await task.value
    } onCancel: {
      task.cancel()
    }
  }

  private func read(_ name: String, _ session: ScriptSession) async throws -> LuaValue {
    let isPlain = name.allSatisfy { $0.isLetter || $0.isNumber || "_-.".contains($0) } && !name.contains("..")
    guard isPlain, let (file, text) = try path.find(name) else {
      throw Failure(
        .moduleMissing, "there is no module \"\(name)\"",
        hint: "add a file; looked for \(name.replacing(".", with: "/")).lua in \(path.folders.joined(separator: ", "))")
    }
    if !path.isKept(name) { try await keep?(RunFile(role: .module, name: name, text: text)) }
    sources.append((name, text))
    let chunk = try await session.chunk(of: text, file: file)
    let result = try await session.runtime.call(chunk, [.string(name)]).first ?? .nil
    if case .nil = result { return .bool(true) }
    return result
  }
}
