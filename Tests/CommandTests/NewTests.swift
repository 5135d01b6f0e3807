import Foundation
import TestSupport
import Testing

@Suite("Beginning a runbook", .usualTimeLimit) struct NewTests {
  @Test("a runbook that was begun is planned and run, in a project and outside of one")
  func begins() async throws {
    let program = try Program()
    defer { program.remove() }
    try program.write("here.yaml", Program.thisMachine)
    let begun = try await program.run("new", "say-hello")
    #expect(begun.code == 0, "\(begun.errors)")
    #expect(begun.output.contains("say-hello.lua") && begun.output.contains("runbook plan say-hello -i inventory.yaml"))
    #expect(begun.output.contains("runbook init"))
    #expect(begun.output.contains("runbook test say-hello_test.lua"))
    let tested = try await program.run("test", "say-hello_test.lua")
    #expect(tested.code == 0 && tested.output.contains("1 test passed"), "\(tested.output)\(tested.errors)")
    #expect(try await program.run("check", "say-hello.lua", "say-hello_test.lua").code == 0)
    let simulated = try await program.run("run", "say-hello", "-i", "here.yaml", "--simulate")
    #expect(simulated.code == 0, "\(simulated.output)\(simulated.errors)")
    let planned = try await program.run("plan", "say-hello", "-i", "here.yaml")
    #expect(planned.code == 0 && planned.output.contains("say it"), "\(planned.output)\(planned.errors)")
    let ran = try await program.run("run", "say-hello", "-i", "here.yaml", "--param", "words=hi", "--trace")
    #expect(ran.code == 0, "\(ran.output)\(ran.errors)")
    #expect(ran.errors.contains("stdout = \"hi\\n\""), "\(ran.errors)")

    #expect(try await program.run("init", "ops").code == 0)
    let inProject = try await program.shell(
      "cd ops && \"$PROGRAM\" new greet.lua && cp ../here.yaml . && \"$PROGRAM\" plan greet -i here.yaml && \"$PROGRAM\" run greet -i here.yaml && \"$PROGRAM\" test runbooks/greet_test.lua"
    )
    #expect(inProject.code == 0, "\(inProject.output)\(inProject.errors)")
    #expect(FileManager.default.fileExists(atPath: program.folder.appending(path: "ops/runbooks/greet.lua").path))
    #expect(!inProject.output.contains("runbook init"))
  }

  @Test("what is there is not replaced, and a name that would not do is refused")
  func refuses() async throws {
    let program = try Program()
    defer { program.remove() }
    try program.write("mine.lua", "-- mine")
    let there = try await program.run("new", "mine")
    #expect(there.code == 2 && there.errors.contains("exists already"), "\(there.errors)")
    #expect(try String(contentsOf: program.folder.appending(path: "mine.lua"), encoding: .utf8) == "-- mine")
    try program.write("yours_test.lua", "-- yours")
    let tested = try await program.run("new", "yours")
    #expect(tested.code == 2 && tested.errors.contains("yours_test.lua exists already"), "\(tested.errors)")
    try FileManager.default.removeItem(at: program.folder.appending(path: "yours_test.lua"))
    for name in ["../mine", "a b", "", ".lua", "-x.lua", "dir/x"] {
      #expect(try await program.run("new", "--", name).code == 2, "\(name)")
    }
    #expect(try await program.run("new", "distribute").errors.contains("shipped runbook"))
    #expect(try FileManager.default.contentsOfDirectory(atPath: program.folder.path) == ["mine.lua"])
  }
}
