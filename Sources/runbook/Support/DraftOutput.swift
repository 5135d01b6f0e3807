import Foundation
import Inventory
import Presentation
import Values

/// Hands a person an inventory that was made: the file, what to look at, and what it still lacks.
struct DraftOutput {
  let options: GlobalOptions
  /// The file to write; `nil` is standard output. One that is there is not replaced.
  let path: String?

  func write(_ draft: InventoryDraft) throws {
    guard let path else {
      FileHandle.standardOutput.write(Data(draft.text.utf8))
      try remark(draft)
      return
    }
    guard try OutputFile(path).create(draft.text) else {
      throw Failure(
        "inventory.exists", "there is a file \(path) already; it was left as it is", hint: "Name another with --output."
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

  /// What a person must look at, on standard error; the same stands in the file.
  private func remark(_ draft: InventoryDraft) throws {
    if options.json { return }
    // The first comment tells where it comes from.
    var lines = draft.warnings.dropFirst().map { "look at: \($0)" }
    do { _ = try Inventory.parse(text: draft.text, file: path ?? "inventory.yaml") } catch {
      lines += (error.related.isEmpty ? [error] : error.related).map { problem in
        "still to do: \(problem.location.map { "line \($0.line): " } ?? "")\(problem.message) \(problem.hint ?? "")"
      }
    }
    let screen = Screen(options, descriptor: STDERR_FILENO)
    let wrapped = lines.flatMap { PlainText.wrapped($0, to: screen.columns ?? 100) }
    FileHandle.standardError.write(Data(wrapped.map { $0 + "\n" }.joined().utf8))
  }
}
