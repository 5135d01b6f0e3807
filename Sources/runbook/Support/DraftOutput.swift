import Foundation
import Inventory
import Presentation
import Values

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
