import Foundation
import TestSupport
import Testing

@Suite("Where modules are found", .usualTimeLimit) struct ModulePathTests {
  private func module(_ word: String) -> String { "return { word = \"\(word)\" }" }

  @Test("beside the runbook, then in ./stdlib, then in RUNBOOK_PATH in its order, then among the shipped ones")
  func order() async throws {
    let program = try Program()
    defer { program.remove() }
    try program.write(
      "own/a.lua",
      "local words = require \"words\"\nlocal da = require \"digital_access\"\nreturn runbook { function(run)\n"
        + "  step(\"say\", function() return words.word end)\n  log.info(words.word .. \" \" .. tostring(da.word))\nend }"
    )
    let variables = ["RUNBOOK_PATH": "lib1::\(program.folder.path)/lib2"]
    func said() async throws -> String {
      let ending = try await program.run(["run", "own/a.lua"], variables: variables)
      #expect(ending.code == 0, "\(ending.errors)")
      return ending.output
    }
    let missing = try await program.run(["run", "own/a.lua"], variables: variables)
    #expect(missing.code == 2)
    for folder in ["own", "stdlib", "lib1", "lib2"] {
      #expect(
        missing.errors.replacing("\n         ", with: " ").contains("\(program.folder.path)/\(folder)"),
        "\(missing.errors)")
    }
    try program.write("lib2/words.lua", module("second"))
    #expect(try await said().contains("second nil"))
    try program.write("lib1/words.lua", module("first"))
    try program.write("lib1/digital_access.lua", module("mine"))
    #expect(try await said().contains("first mine"))
    try program.write("stdlib/words.lua", module("project"))
    #expect(try await said().contains("project mine"))
    try program.write("own/words.lua", module("beside"))
    #expect(try await said().contains("beside mine"))
  }

  @Test("a module for a later version of the API is refused with both versions and its line")
  func version() async throws {
    let program = try Program()
    defer { program.remove() }
    try program.write("words.lua", "requires_api \"7.1\"\n" + module("later"))
    try program.write("a.lua", "local words = require \"words\"\nreturn runbook { function(run) end }")
    let ending = try await program.run("run", "a.lua")
    #expect(ending.code == 2)
    for part in ["words.lua:1", "7.1", "this program has 1."] {
      #expect(ending.errors.contains(part), "\(ending.errors)")
    }
  }
}
