import Fuzzing
import Remote
import TestSupport
import Testing
import Values

@Suite(.usualTimeLimit) struct ShellQuotingTests {
  private let local = LocalTransport(host: HostSpec(name: "here", isLocal: true))

  /// What a shell makes of a quoted list: its arguments, each ended by a NUL.
  private func split(_ arguments: [String], shell: String) async throws -> [UInt8] {
    let line = ShellQuoting.quote(["printf", "%s\\0"] + arguments)
    return try await local.run(RemoteCommand([shell, "-c", line])).stdout
  }

  @Test("a shell gives back any list of arguments", arguments: ["sh", "bash"])
  func anyArguments(shell: String) async throws {
    // Characters that mean something to a shell, and others.
    let alphabet = Array("'\"\\$`!*?[]{}()<>|&;#~=%^ \t\n\rabcäß漢🐳\u{301}\u{1}\u{7f}-/.,:@+_09")
    var random = RandomInput.generator
    for _ in 0..<60 {
      let arguments = (0..<Int.random(in: 1...12, using: &random)).map { _ in
        String((0..<Int.random(in: 0...20, using: &random)).compactMap { _ in alphabet.randomElement(using: &random) })
      }
      let expected: [UInt8] = arguments.flatMap { Array($0.utf8) + [0] }
      let result = try await split(arguments, shell: shell)
      #expect(result == expected, "\(arguments)")
    }
  }

  @Test("every single byte that an argument can hold survives")
  func everyByte() async throws {
    let arguments = (1..<128).map { String(UnicodeScalar(UInt8($0))) }
    let expected: [UInt8] = arguments.flatMap { Array($0.utf8) + [0] }
    #expect(try await split(arguments, shell: "sh") == expected)
  }

  @Test("plain words stay readable, and everything else is quoted")
  func readable() {
    #expect(
      ShellQuoting.quote(["docker", "node", "ls", "--format", "/opt/a-b_c.d:e,f@g%h+1"])
        == "docker node ls --format /opt/a-b_c.d:e,f@g%h+1")
    #expect(ShellQuoting.quote(["", "a b", "it's", "x=y", "~"]) == #"'' 'a b' 'it'\''s' 'x=y' '~'"#)
    #expect(ShellQuoting.quote([]) == "")
  }
}
