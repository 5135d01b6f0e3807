import Foundation
import TestSupport
import Testing

@Suite("runbook check", .usualTimeLimit)
struct CheckTests {
  private static let wrong = "return runbook { function(run)\n  step(\"s\", function() log.inf(run.id) end)\nend }\n"

  /// A folder with one runbook in it.
  private func check(_ text: String, _ arguments: String...) async throws -> (Program.Ending, text: String) {
    let program = try Program()
    defer { program.remove() }
    try program.write("runbooks/it.lua", text)
    let ending = try await program.run(["check"] + arguments)
    return (ending, try String(contentsOf: program.folder.appending(path: "runbooks/it.lua"), encoding: .utf8))
  }

  @Test("an error is told with its place and ends with exit code 1; a sound runbook ends with 0")
  func codes() async throws {
    let (wrong, _) = try await check(Self.wrong)
    #expect(wrong.code == 1)
    #expect(wrong.output.hasPrefix("runbooks/it.lua:2:28: error: there is no function log.inf [unknown-field]\n"))
    #expect(wrong.output.hasSuffix("1 file: 1 error\n"))
    let (sound, _) = try await check(Self.wrong.replacing("log.inf(", with: "log.info("))
    #expect(sound.code == 0)
    #expect(sound.output == "1 file: nothing found\n")
  }

  @Test("a warning fails only with --strict")
  func strict() async throws {
    let text = "count = 1\n" + Self.wrong.replacing("log.inf(", with: "log.info(")
    #expect(try await check(text).0.code == 0)
    #expect(try await check(text, "--strict").0.code == 1)
  }

  @Test("--fix mends the file")
  func fix() async throws {
    let (ending, text) = try await check(Self.wrong, "--fix")
    #expect(ending.code == 0)
    #expect(ending.errors == "fixed 1 place\n")
    #expect(text == Self.wrong.replacing("log.inf(", with: "log.info("))
  }

  @Test("the findings are one document in JSON and in SARIF, also where there are none")
  func documents() async throws {
    for (arguments, member) in [
      (["--format", "json"], "findings"), (["--json"], "findings"), (["--format", "sarif"], "runs"),
    ] {
      for text in [Self.wrong, "return runbook { function() end }"] {
        let program = try Program()
        defer { program.remove() }
        try program.write("it.lua", text)
        let output = try await program.run(["check", "it.lua"] + arguments).output
        let document = try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any]
        #expect(document?[member] is [Any])
      }
    }
  }

  @Test("a module beside the runbook and in ./stdlib is looked at too; a missing file is wrong usage")
  func modules() async throws {
    let program = try Program()
    defer { program.remove() }
    try program.write("stdlib/greet.lua", "local greet = {}\nfunction greet.all() log.inf('x') end\nreturn greet")
    try program.write("it.lua", "local greet = require 'greet'\nreturn runbook { function() greet.all() end }")
    let ending = try await program.run("check", "it.lua")
    #expect(ending.output.hasPrefix("stdlib/greet.lua:2:26: error: there is no function log.inf [unknown-field]\n"))
    #expect(try await program.run("check", "nothing.lua").code == 2)
  }
}
