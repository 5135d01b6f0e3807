import Foundation
import Journal
import LocalFiles
import LuaVM
import Synchronization
import Values

/// Finds Lua files: the runbook's own folder first, then the others in order.
package struct ModulePath: Sendable, Hashable {
  /// The folders to look in, in order.
  package var folders: [String]
  /// Texts used instead of files, by module name: those that were kept with a run.
  var kept: [String: String] = [:]

  /// Looks in these folders.
  package init(folders: [String]) { self.folders = folders }

  /// The file and text of a module, `nil` when no folder has it.
  package func find(_ name: String) throws -> (path: String, text: String)? {
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

/// Reads the text of a Lua file that is to be executed.
package enum SourceFile {
  /// The text; a missing, unreadable or non-UTF-8 file is a ``Failure``, and so is one that other users could change.
  ///
  /// A user who can write a runbook or module decides what its users do on the hosts, and one in the current folder is
  /// found before the shipped one.
  package static func text(of path: String) throws -> String {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw Failure(.runbookMissing, "there is no file \(path)")
    }
    if isFolder.boolValue { throw Failure(.runbookMissing, "\(path) is a folder, not a Lua file") }
    try check(path)
    guard let data = FileManager.default.contents(atPath: path) else {
      throw Failure(.runbookMissing, "\(path) can't be read", hint: "check its permissions")
    }
    guard let text = String(validating: data, as: UTF8.self) else {
      throw Failure(.runbookSyntax, "\(path) is not UTF-8 text")
    }
    return text
  }

  private static func check(_ path: String) throws {
    do {
      guard let exposure = try FileExposure.find(onTheWayTo: path) else { return }
      throw Failure(
        .runbookExposed, "\(path) is not executed: others can change it", cause: exposure.words,
        hint: "check its content, then: \(exposure.remedy)")
    } catch let problem as LocalFileProblem {
      throw Failure(.runbookMissing, "\(path) can't be read", cause: problem.description)
    }
  }
}
