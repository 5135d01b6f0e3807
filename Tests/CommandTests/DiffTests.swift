import TestSupport
import Testing

@Suite("Comparing runs", .usualTimeLimit)
struct DiffTests {
  @Test("equal runs end with 0, others with 1 and what differs")
  func diff() async throws {
    let program = try Program()
    defer { program.remove() }
    func script(_ step: String) -> String {
      """
      return runbook {
        params = { size = { default = "small", help = "how large" } },
        function(run)
          step("\(step)", function() return 1 end)
        end,
      }
      """
    }
    try program.write("a.lua", script("first"))
    for size in ["small", "small", "large"] { _ = try await program.run("run", "a.lua", "-p", "size=\(size)") }
    try program.write("a.lua", script("other"))
    _ = try await program.run("run", "a.lua")
    let listed = try await program.run("list", "--json").output
    let ids = listed.matches(of: /"run" ?: ?"([a-z0-9]+)"/).map { String($0.1) }
    try #require(ids.count == 4)
    let same = try await program.run("diff", ids[3], ids[2])
    #expect(same.code == 0, "\(same.output)\(same.errors)")
    #expect(same.output.contains("No difference"))
    let sized = try await program.run("diff", ids[2], ids[1])
    #expect(sized.code == 1)
    #expect(sized.output.contains("size  - small") && sized.output.contains("+ large"))
    let edited = try await program.run("diff", ids[3], ids[0])
    #expect(edited.code == 1)
    for part in ["-    step(\"first\"", "+    step(\"other\"", "Steps only in \(ids[3])", "Steps only in \(ids[0])"] {
      #expect(edited.output.contains(part), "«\(part)» in: \(edited.output)")
    }
    #expect(try await program.run("diff", ids[3], ids[0], "--json").output.contains(#""same": false"#))
    #expect(try await program.run("diff", ids[3], "zzzzzz").code == 2)
  }
}
