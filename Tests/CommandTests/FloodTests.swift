import Foundation
import TestSupport
import Testing

/// Whatever a command prints, the program's memory and the journal have a bound.
@Suite(.usualTimeLimit) struct FloodTests {
  private static let flood = """
    return runbook { summary = "flood", inventory = { stack = false }, function(run)
      local result = step("noise", function() return ssh.run("here", { "sh", "-c", "COMMAND" }, { check = false }) end)
      log.info("printed " .. #result.stdout)
    end }
    """

  /// Runs a command in a step; gives the ending, the largest memory in MB and the size of the journal.
  private func run(
    _ command: String, _ more: String = ""
  ) async throws -> (ending: Program.Ending, memory: Int, journal: Int) {
    let program = try Program()
    defer { program.remove() }
    try program.write("here.yaml", Program.thisMachine)
    try program.write("test.lua", Self.flood.replacing("COMMAND", with: command))
    let ending = try await program.shell(
      "python3 measure.py \"$PROGRAM\" run test.lua -i here.yaml \(more) >shown; code=$?; cat state/journal.db* | wc -c; "
        + "cat peak; tail -c 3000 shown; exit $code", written: program)
    let numbers = ending.output.split(separator: "\n").prefix(2).compactMap { Int($0) }
    try #require(numbers.count == 2, "\(ending)")
    return (ending, numbers[1] / 1024, numbers[0])
  }

  @Test(
    "short lines, no text and one long line stay within it",
    arguments: [
      "yes '' | head -c 8000000", "yes y | head -c 4000000", "head -c 4000000 /dev/urandom",
      "head -c 4000000 /dev/zero",
    ])
  func bounded(_ command: String) async throws {
    let idle = try await run("true"), flood = try await run(command)
    #expect(flood.ending.code == 0, "\(flood.ending)")
    #expect(flood.memory <= idle.memory + 64, "\(flood.memory) MB, idle \(idle.memory) MB")
    let bytes = command.contains("8000000") ? 8_000_000 : 4_000_000
    #expect(flood.journal - idle.journal <= bytes / 10 * 13, "\(flood.journal) bytes, idle \(idle.journal)")
  }

  @Test("more than is kept ends the command with a message that says how it ended, and the step is not in doubt")
  func tooMuch() async throws {
    let idle = try await run("true"), flood = try await run("yes")
    #expect(flood.ending.code == 1, "\(flood.ending)")
    #expect(flood.ending.errors.contains("8 MiB") || flood.ending.output.contains("8 MiB"), "\(flood.ending)")
    #expect((flood.ending.output + flood.ending.errors).contains("with exit code 143"), "\(flood.ending)")
    #expect(!(flood.ending.output + flood.ending.errors).contains("in doubt"), "\(flood.ending)")
    #expect(flood.memory <= idle.memory + 64, "\(flood.memory) MB, idle \(idle.memory) MB")
  }
}

extension Program {
  /// Runs a shell script beside a program that measures the largest memory of what it runs, in kB, in the file `peak`.
  fileprivate func shell(_ script: String, written program: Program) async throws -> Ending {
    try program.write(
      "measure.py",
      """
      import resource, subprocess, sys
      code = subprocess.call(sys.argv[1:])
      open("peak", "w").write(str(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss) + "\\n")
      sys.exit(code)
      """)
    return try await shell(script)
  }
}
