import Values

/// Turns a ``RemoteCommand`` into the one line that a POSIX shell runs for it.
package enum ShellLine {
  // Sudo's and Docker's words are recognised, so they must not be translated.
  private static let untranslated = "LC_MESSAGES=C; export LC_MESSAGES; "
  private static let unset = "unset "
  // `CDPATH=` keeps `cd` from searching and from printing.
  private static let changeDirectoryAndRun = #"CDPATH= cd -- "$1" && shift && exec "$@""#

  /// The line for a command.
  ///
  /// - Throws: A `Failure` when it holds a NUL character or an impossible variable name.
  static func compose(_ command: RemoteCommand, host: String) throws -> String {
    try validate(command, host: host)
    var argv = command.argv
    if !command.environment.isEmpty {
      let assignments = command.environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
      argv = ["env"] + assignments + argv
    }
    let sudo = command.sudo ? ["sudo", "-n", "--"] : []
    // Before sudo and not by a program behind it, because sudo may allow this user the command alone.
    let start = untranslated + (command.cleared.isEmpty ? "" : unset + ShellQuoting.quote(command.cleared) + "; ")
    guard let directory = command.directory else { return start + ShellQuoting.quote(sudo + argv) }

    let inside = ShellQuoting.quote(sudo + ["sh", "-c", changeDirectoryAndRun, "sh", directory] + argv)
    if !command.sudo { return start + inside }
    // sudo keeps the directory, so the command alone needs a rule in sudoers; but only root may enter some directories.
    let enter = "CDPATH= cd -- \(ShellQuoting.quote([directory])) 2>/dev/null"
    return start + "if \(enter); then \(ShellQuoting.quote(sudo + argv)); else \(inside); fi"
  }

  /// The line with a mark on the standard error for the one exit code that ssh uses for its own failures too.
  static func marking255(_ line: String, mark: String) -> String {
    "\(line)\nrunbook_status=$?; "
      + "if [ \"$runbook_status\" -eq 255 ]; then echo \(mark) >&2; fi; exit \"$runbook_status\""
  }

  /// The command that a line of ``compose(_:host:)`` stands for, without its input; `nil` for any other line.
  package static func read(_ line: String) -> RemoteCommand? {
    guard line.hasPrefix(untranslated) else { return nil }
    var rest = String(line.dropFirst(untranslated.count))
    var cleared: [String] = []
    if rest.hasPrefix(unset), let end = rest.firstRange(of: "; ") {
      cleared = ShellQuoting.words(String(rest[..<end.lowerBound].dropFirst(unset.count))) ?? []
      rest = String(rest[end.upperBound...])
    }
    if rest.hasPrefix("if CDPATH= "), let alternative = rest.firstRange(of: "; else "), rest.hasSuffix("; fi") {
      rest = String(rest[alternative.upperBound...].dropLast("; fi".count))
    }
    guard var words = ShellQuoting.words(rest), !words.isEmpty else { return nil }
    var command = RemoteCommand([])
    command.cleared = cleared
    if words.starts(with: ["sudo", "-n", "--"]) {
      command.sudo = true
      words.removeFirst(3)
    }
    if words.count > 5, words.starts(with: ["sh", "-c", changeDirectoryAndRun, "sh"]) {
      command.directory = words[4]
      words.removeFirst(5)
    }
    if words.first == "env" {
      words.removeFirst()
      while let word = words.first, let sign = word.firstIndex(of: "="), sign > word.startIndex {
        command.environment[String(word[..<sign])] = String(word[word.index(after: sign)...])
        words.removeFirst()
      }
    }
    command.argv = words
    return words.isEmpty ? nil : command
  }

  private static func validate(_ command: RemoteCommand, host: String) throws {
    func invalid(_ message: String) -> Failure { Failure(.commandInvalid, message, host: host) }
    guard let program = command.argv.first, !program.isEmpty else { throw invalid("The command has no program.") }
    let texts = command.argv + command.environment.map { $0.key + $0.value } + [command.directory ?? ""]
    if texts.contains(where: { $0.utf8.contains(0) }) {
      throw invalid("An argument of \(program) holds a NUL character, which no argument can.")
    }
    for name in Array(command.environment.keys) + command.cleared
    where name.isEmpty || name.utf8.contains(UInt8(ascii: "=")) {
      throw invalid("\"\(name)\" is no name for an environment variable.")
    }
  }
}
