import TestSupport
import Testing

@Suite(.usualTimeLimit) struct UsageTests {
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

  @Test("--version --verbose names each package that is linked, with version and revision")
  func versions() async throws {
    let program = try Program()
    defer { program.remove() }
    for words in [["--version", "--verbose"], ["--verbose", "--version"]] {
      let told = try await program.run(words)
      #expect(told.code == 0)
      let lines = told.output.split(separator: "\n")
      #expect(lines.first?.hasPrefix("runbook ") == true)
      for name in ["swift-nio", "swift-crypto", "grdb.swift", "yams", "hummingbird"] {
        let line = lines.first { $0.hasPrefix(name + " ") }
        #expect(line?.firstMatch(of: #/ \d+\.\d+\.\d+ +[0-9a-f]{40} +https:/#) != nil, "\(name): \(told.output)")
      }
    }
  }

  @Test("an unknown option is a usage error")
  func unknownOption() async throws {
    let program = try Program()
    defer { program.remove() }
    let ending = try await program.run("run", "x.lua", "--nonsense")
    #expect(ending.code == 2)
    #expect(ending.errors.contains("--nonsense"))
  }

  @Test("bash completes the runs and runbooks that are there")
  func completion() async throws {
    let program = try Program()
    defer { program.remove() }
    try program.write("runbooks/own.lua", "return runbook { function(run) step(\"s\", function() return 1 end) end }")
    try program.write(
      "inventory.yaml",
      """
      hosts:
        da1: { address: 10.0.0.1, role: manager, services: [admin, distribution, postgres, policy] }
        da2: { address: 10.0.0.2, role: worker, services: [accesspoint, authentication] }
      stack: { name: da, directory: /opt/da, files: [docker-compose.yml] }
      """)
    try program.write(".ssh/config", "Host *\n  User ops\nHost gate *.lab\n  Port 22\n")
    _ = try await program.run("run", "own")
    let words = try await program.shell(
      """
      cat >complete.sh <<'END'
      eval "$("$PROGRAM" --generate-completion-script bash)"
      runbook() { "$PROGRAM" "$@"; }
      propose() {
        COMP_WORDS=(runbook "$@") COMP_CWORD=$# COMP_LINE="runbook $*" COMPREPLY=()
        COMP_POINT=${#COMP_LINE}
        _runbook runbook "${@: -1}" "${@: -2:1}"
        echo "${COMPREPLY[@]}"
      }
      propose sho
      propose show ""
      propose resume ""
      propose run own
      propose logs "$("$PROGRAM" list | sed -n '2s/ .*//p')" ""
      propose run own.lua -i inventory.yaml --param host=d
      HOME=. propose inventory from-swarm ""
      END
      bash complete.sh
      """)
    let id = try await program.newestRun()
    #expect(words.output == "show\n\(id)\n\nown.lua\ns\nhost=da1 host=da2\nda1 da2 gate\n", "\(words.errors)")
  }

  @Test("list shows only the runs that are asked for")
  func filters() async throws {
    let program = try Program()
    defer { program.remove() }
    try program.write("good.lua", "return runbook { function(run) step(\"s\", function() return 1 end) end }")
    try program.write("asks.lua", "return runbook { function(run) approve(\"now?\") end }")
    for name in ["good.lua", "asks.lua", "good.lua"] { _ = try await program.run("run", name) }
    func runbooks(_ arguments: String...) async throws -> [String] {
      let output = try await program.run(["list", "--json"] + arguments).output
      return output.matches(of: /"runbook" ?: ?"([a-z.]+)"/).map { String($0.1) }
    }
    #expect(try await runbooks() == ["good.lua", "asks.lua", "good.lua"])
    #expect(try await runbooks("--runbook", "asks") == ["asks.lua"])
    #expect(try await runbooks("--status", "succeeded", "--limit", "1") == ["good.lua"])
    #expect(try await runbooks("--open") == ["asks.lua"])
    #expect(try await program.run("list", "--status", "failed").output.contains("no such run"))
    let wrong = try await program.run("list", "--status", "lost")
    #expect(wrong.code == 2)
    #expect(wrong.errors.contains("interrupted"))
  }
}
