import BuiltProgram
import Foundation
import TestSupport
import Testing

/// TAB in the shells themselves, with names that a shell would carry out if it read them: harmless ones, which would make
/// a file.
@Suite(
  "What shells complete", .usualTimeLimit,
  .enabled(if: InstalledShells.areComplete, "bash, zsh and fish are not all installed"))
struct CompletionShellTests {
  /// Each would make the file `carried-out` where a shell expanded it.
  private static let names = [
    "$(touch carried-out)", "`touch carried-out`", "a; touch carried-out", "it's $(touch carried-out)",
    "<(touch carried-out)", "${x:=$(touch carried-out)}", "\"$(touch carried-out)\"", "\\$(touch carried-out)", "~/x",
    "{a,b}", "*", "a\u{202e}b",
  ]

  /// A project in which all that is completed has such names, and one plain name each.
  private func project() async throws -> (program: Program, run: String) {
    let program = try Program()
    let steps = Self.names.map { "  step([==[\($0)]==], function() return 1 end)\n" }.joined()
    try program.write(
      "runbooks/own.lua",
      "return runbook { function(run)\n  step(\"plain step\", function() return 1 end)\n\(steps)end }\n")
    let ran = try await program.run("run", "own")
    #expect(ran.code == 0, "\(ran.errors)")
    for name in Self.names where !name.contains("/") {
      try program.write("runbooks/\(name).lua", "return {}")
      try program.write("\(name).yaml", "")
      try program.write("\(name).lua", "return {}")
    }
    try program.write("plain.yaml", "")
    return (program, try await program.newestRun())
  }

  /// Whether any name was carried out, in the project's folder.
  private func isCarriedOut(_ program: Program) -> Bool {
    FileManager.default.fileExists(atPath: program.folder.path + "/carried-out")
  }

  /// The program under its own name, which shows its words in place of carrying them out, unless a shell asks it for words.
  private static let front = """
    #!/bin/sh
    case $1 in ---completion | --generate-completion-script) exec "$PROGRAM" "$@" ;; esac
    printf '<%s>' "$@" >> words
    echo >> words
    """

  /// Types lines into an interactive shell at a terminal of its own; what its commands were given.
  private func type(_ lines: [String], into shell: String, _ program: Program) async throws -> String {
    try program.write("bin/runbook", Self.front)
    #expect(chmod(program.folder.path + "/bin/runbook", 0o755) == 0)
    try program.write("typed", lines.map { $0 + "\n" }.joined() + "exit\n")
    let ended = try await program.shell(
      """
      PATH=$PWD/bin:$PATH HOME=$PWD XDG_CONFIG_HOME=$PWD/.config TERM=xterm
      export PATH HOME XDG_CONFIG_HOME TERM
      script --quiet --return --command '\(shell)' /dev/null < typed > screen 2>&1
      cat words 2>/dev/null
      """)
    return ended.output
  }

  @Test("bash at a terminal: TAB and the word it makes carry nothing out")
  func bash() async throws {
    let (program, run) = try await project()
    defer { program.remove() }
    try program.write(
      ".bashrc",
      "PS1='> '\nbind 'set enable-bracketed-paste off'\neval \"$(runbook --generate-completion-script bash)\"\n")
    let words = try await type(
      [
        "runbook logs \(run) pl\t", "runbook logs \(run) \t\t", "runbook logs \(run) '$(to\t\t", "'",
        "runbook run \t\t", "runbook run own.l\t", "runbook run -i pla\t", "runbook run -i \t\t", "runbook run '$\t",
        "'",
        "runbook logs \(run) \"it\t", "\"",
      ], into: "bash --rcfile .bashrc --noprofile -i", program)
    #expect(words.contains("<logs><\(run)><plain step>"), "\(words)")
    #expect(words.contains("<run><own.lua>") && words.contains("<run><-i><plain.yaml>"), "\(words)")
    #expect(!isCarriedOut(program))
  }

  @Test("zsh at a terminal: TAB and the word it makes carry nothing out")
  func zsh() async throws {
    let (program, run) = try await project()
    defer { program.remove() }
    try program.write(
      ".zshrc",
      """
      PS1='> '; unset zle_bracketed_paste; setopt no_list_beep
      autoload -U compinit && compinit -u -D
      source <(runbook --generate-completion-script zsh)
      """)
    let words = try await type(
      [
        "runbook logs \(run) pl\t", "runbook logs \(run) \t\t\u{15}", "runbook run own.l\t", "runbook run \t\t\u{15}",
        "runbook run -i plai\t", "runbook run -i \t\t\u{15}",
      ], into: "zsh -i", program)
    #expect(words.contains("<logs><\(run)><plain step>"), "\(words)")
    #expect(words.contains("<run><own.lua>") && words.contains("<run><-i><plain.yaml>"), "\(words)")
    #expect(!isCarriedOut(program))
  }

  @Test("fish at a terminal: TAB and the word it makes carry nothing out")
  func fish() async throws {
    let (program, run) = try await project()
    defer { program.remove() }
    try program.write(".config/fish/config.fish", "runbook --generate-completion-script fish | source\n")
    let words = try await type(
      [
        "runbook logs \(run) pl\t", "runbook logs \(run) \t\u{15}", "runbook run own.l\t", "runbook run -i plai\t",
        "runbook run -i \t\u{15}",
      ], into: "fish -i", program)
    #expect(words.contains("<logs><\(run)><plain step>"), "\(words)")
    #expect(words.contains("<run><own.lua>") && words.contains("<run><-i><plain.yaml>"), "\(words)")
    #expect(!isCarriedOut(program))
  }

  @Test("nothing that a shell would expand is offered for any word", arguments: ["bash", "zsh", "fish"])
  func offered(_ shell: String) async throws {
    let (program, run) = try await project()
    defer { program.remove() }
    let words = ["---completion", "logs", "--", "positional@1", "3", "0", "runbook", "logs", run, ""]
    let variables = ["SAP_SHELL": shell, "SAP_SHELL_VERSION": "1"]
    let steps = try await program.run(words, variables: variables)
    #expect(
      steps.output.split(separator: "\n").filter { $0 != " " } == ["plain step"], "\(steps.output)\(steps.errors)")
    let runbooks = try await program.run(
      ["---completion", "run", "--", "positional@0", "2", "0", "runbook", "run", ""], variables: variables)
    for name in Self.names { #expect(!runbooks.output.contains(name), "\(runbooks.output)") }
    #expect(runbooks.output.contains("own.lua"))
  }
}

/// The shells that completions are made for.
private enum InstalledShells {
  /// Whether all are there, and what gives them a terminal.
  static let areComplete = ["bash", "zsh", "fish", "script"].allSatisfy { name in
    (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").contains {
      FileManager.default.isExecutableFile(atPath: "\($0)/\(name)")
    }
  }
}
