import Foundation
import Inventory
import LocalFiles
import Presentation
import Values

/// A file that a command writes for the user, readable by its owner only. It is on the disk on return.
struct OutputFile {
  private let path: String

  init(_ path: String) { self.path = path }

  /// Replaces the file's content by the text, or leaves everything as it is.
  func write(_ text: String) throws {
    try reported { try DurableFile.replace(Array(text.utf8), at: path, mode: 0o600) }
  }

  /// Creates the file with the text; `false` when it exists, even if it was created at this moment.
  func create(_ text: String) throws -> Bool {
    try reported { try DurableFile.create(Array(text.utf8), at: path, mode: 0o600) }
  }

  private func reported<Result>(_ work: () throws -> Result) throws -> Result {
    do { return try work() } catch let problem as LocalFileProblem {
      throw Failure(
        .fileUnwritable, "the file \(path) can't be written", cause: problem.cause, hint: "name another with --output")
    }
  }
}

extension FailureCode {
  /// A file that the user named can't be written.
  static let fileUnwritable: FailureCode = "command.file_unwritable"
}

/// Reports a generated inventory: the file, what to check in it, and what it still lacks.
struct DraftOutput {
  let options: GlobalOptions
  /// The file to write; `nil` is standard output. An existing one is not replaced.
  let path: String?

  func write(_ draft: InventoryDraft) throws {
    guard let path else {
      FileHandle.standardOutput.write(Data(draft.text.utf8))
      try remark(draft)
      return
    }
    guard try OutputFile(path).create(draft.text) else {
      throw Failure(
        "inventory.exists", "the file \(path) exists already and was not changed", hint: "name another with --output"
      )
    }
    if options.json {
      let document: Value = [
        "file": .string(path), "hosts": .array(draft.hosts.map { .string($0.name) }),
        "warnings": .array(draft.warnings.dropFirst().map { .string($0) }),
      ]
      return Screen(options).print([try JSON.encode(document, secrets: .hidden)])
    }
    let count = draft.hosts.count
    Screen(options).print(["Written: \(path) (\(count) \(count == 1 ? "host" : "hosts"))"])
    try remark(draft)
  }

  /// What the operator must check, on standard error; the same is in the file.
  private func remark(_ draft: InventoryDraft) throws {
    if options.json { return }
    // The first comment says where it comes from.
    var lines = draft.warnings.dropFirst().map { "check: \($0)" }
    do { _ = try Inventory.parse(text: draft.text, file: path ?? "inventory.yaml") } catch {
      lines += (error.related.isEmpty ? [error] : error.related).map { problem in
        "still to do: \(problem.location.map { "line \($0.line): " } ?? "")\(problem.message)"
          + (problem.hint.map { "; \($0)" } ?? "")
      }
    }
    let screen = Screen(options, descriptor: STDERR_FILENO)
    let wrapped = lines.flatMap { PlainText.wrapped($0, to: screen.columns ?? 100) }
    FileHandle.standardError.write(Data(wrapped.map { $0 + "\n" }.joined().utf8))
  }
}

/// A file that the user names for reading.
struct InputFile {
  private let path: String

  init(_ path: String) { self.path = path }

  /// Its text; bytes that are not UTF-8 are replaced.
  func text() throws -> String { String(decoding: try data(), as: UTF8.self) }

  /// Its bytes; `-` is standard input.
  func data() throws -> Data {
    do {
      if path == "-" { return try FileHandle.standardInput.readToEnd() ?? Data() }
      return try Data(contentsOf: URL(filePath: path))
    } catch {
      throw Failure(
        .fileUnreadable, "the file \(path) can't be read", cause: error.localizedDescription,
        hint: "check that it exists: ls -l \(path)")
    }
  }
}

extension FailureCode {
  /// A file that the user named can't be read.
  static let fileUnreadable: FailureCode = "command.file_unreadable"
}
