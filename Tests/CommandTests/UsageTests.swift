import Testing

@Suite struct UsageTests {
  @Test("--version and --help answer with exit code 0")
  func help() async throws {
    let program = try Program()
    defer { program.remove() }
    let version = try await program.run("--version")
    #expect(version.code == 0)
    #expect(version.output.contains("."))
    let help = try await program.run("--help")
    #expect(help.code == 0)
    for command in ["run", "resume", "plan", "list", "show"] { #expect(help.output.contains("  \(command)")) }
  }

  @Test("an unknown option is a usage error")
  func unknownOption() async throws {
    let program = try Program()
    defer { program.remove() }
    let ending = try await program.run("run", "x.lua", "--nonsense")
    #expect(ending.code == 2)
    #expect(ending.errors.contains("--nonsense"))
  }
}
