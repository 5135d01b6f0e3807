import Engine
import Foundation
import Presentation
import Values

/// Reads, evaluates and shows, until the end of input.
struct ConsoleSession: Sendable {
  let console: ScriptConsole
  let editor: LineEditor
  let options: GlobalOptions
  let isTerminal: Bool

  /// Continues until the end of input, or `exit`; returns whether every input was carried out without a failure.
  func run() async -> Bool {
    let screen = Screen(options), input = CurrentInput(), source = await input.interrupts(console)
    defer { source.cancel() }
    var text = "", isSound = true
    while let line = await editor.read(text.isEmpty ? "> " : ">> ") {
      if text.isEmpty, ["exit", "quit"].contains(line.trimmingCharacters(in: .whitespaces)) { return isSound }
      text += text.isEmpty ? line : "\n" + line
      if text.allSatisfy(\.isWhitespace) {
        text = ""
        continue
      }
      let reply = await input.evaluate(text, at: console)
      if reply == .incomplete { continue }
      editor.remember(text.replacing("\n", with: " "))
      if case .failure = reply { isSound = false }
      show(reply, of: text, screen)
      text = ""
    }
    if !text.isEmpty {
      isSound = false
      show(.failure(Failure("console.incomplete", "the input ends in the middle")), of: text, screen)
    }
    if isTerminal { print() }
    return isSound
  }

  private func show(_ reply: ConsoleReply, of text: String, _ screen: Screen) {
    switch reply {
    case .incomplete: break
    case .failure(let failure):
      var sources = SourceText(scriptsOf: failure)
      sources.add(text, as: "console")
      Screen.complain(failure, options, sources: sources)
    case .values(let values):
      for value in values {
        switch value {
        case .words(let words):
          screen.print([options.json ? json(.string(words)) : words])
        case .data(let data):
          screen.print(options.json ? [json(data)] : LuaText.lines(data, columns: screen.columns ?? 100))
        }
      }
    }
  }

  private func json(_ value: Value) -> String {
    (try? JSON.encode(["value": value], secrets: .hidden)) ?? "{\"value\":null}"
  }
}
