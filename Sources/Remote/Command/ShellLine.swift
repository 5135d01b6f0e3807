import Values

/// Turns a ``RemoteCommand`` into the one line that a POSIX shell runs for it.
package enum ShellLine {
  // Sudo's and Docker's words are shown and some are recognised, so they must not be translated. LC_ALL would count for
  // more, so its value goes to where it means the same for all else: the command's own characters and order stay.
  private static let untranslated =
    "if [ -n \"$LC_ALL\" ]; then LANG=$LC_ALL; unset LC_ALL LC_CTYPE LC_COLLATE LC_NUMERIC LC_TIME LC_MONETARY; "
    + "export LANG; fi; unset LANGUAGE; LC_MESSAGES=C; export LC_MESSAGES; "
  private static let unset = "unset "
  // `CDPATH=` keeps `cd` from searching and from printing.
  private static let changeDirectoryAndRun = #"CDPATH= cd -- "$1" && shift && exec "$@""#

  /// The line for a command.
  ///
  /// - Parameter rootMark: What a script that `sudo` starts writes first, to its standard error; see ``CommandFrame``.
  /// - Throws: A `Failure` when it holds a NUL character or an impossible variable name.
  static func compose(_ command: RemoteCommand, host: String, rootMark: String? = nil) throws -> String {
    try validate(command, host: host)
    var command = command
    // A line of its own: a shell carries it out before it looks at the next.
    if let rootMark, command.sudo, command.isScript {
      command.argv[2] = "printf %s \(rootMark) >&2\n\(command.argv[2])"
    }
    let argv = command.words
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

  /// The command that a line of ``compose(_:host:)`` runs, without its input; `nil` for any other line.
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
    guard let program = command.argv.first, !program.isEmpty else { throw invalid("the command has no program") }
    let texts = command.argv + command.environment.map { $0.key + $0.value } + [command.directory ?? ""]
    if texts.contains(where: { $0.utf8.contains(0) }) {
      throw invalid("an argument of \(program) holds a NUL character, which is not allowed")
    }
    for name in Array(command.environment.keys) + command.cleared
    where name.isEmpty || name.utf8.contains(UInt8(ascii: "=")) {
      throw invalid("\"\(name)\" can't be the name of an environment variable")
    }
  }
}

/// Quoting for POSIX shells. The only place of the program where an argument list becomes a line of text.
package enum ShellQuoting {
  /// A line that a POSIX shell splits into exactly these arguments, whatever they hold besides NUL.
  package static func quote(_ argv: [String]) -> String {
    argv.map(quote(argument:)).joined(separator: " ")
  }

  /// One argument, left as it is when it holds nothing that a shell reads as special.
  private static func quote(argument: String) -> String {
    if !argument.isEmpty, argument.utf8.allSatisfy(isPlain) { return argument }
    // Inside single quotes nothing is special but the quote itself: end the quotes, add an escaped one, go on.
    // The parts are found among the bytes, because a quote followed by a combining mark is another Character.
    var quoted: [UInt8] = [0x27]
    for byte in argument.utf8 {
      if byte == 0x27 { quoted += [0x27, 0x5C, 0x27, 0x27] } else { quoted.append(byte) }
    }
    quoted.append(0x27)
    return String(decoding: quoted, as: UTF8.self)
  }

  /// The arguments of a line that ``quote(_:)-([String])`` made; `nil` where a quote is left open.
  package static func words(_ line: String) -> [String]? {
    var words: [String] = []
    var word: [UInt8]?
    var isQuoted = false
    var bytes = line.utf8.makeIterator()
    while let byte = bytes.next() {
      switch (isQuoted, byte) {
      case (true, 0x27): isQuoted = false
      case (false, 0x27):
        isQuoted = true
        word = word ?? []
      case (false, 0x5C):
        guard let next = bytes.next() else { return nil }
        word = (word ?? []) + [next]
      case (false, 0x20):
        if let done = word { words.append(String(decoding: done, as: UTF8.self)) }
        word = nil
      default: word = (word ?? []) + [byte]
      }
    }
    if isQuoted { return nil }
    if let done = word { words.append(String(decoding: done, as: UTF8.self)) }
    return words
  }

  // `=` and `~` are left out: the first could make the first word an assignment, the second is expanded.
  private static func isPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default:
      "-_./:,@%+".utf8.contains(byte)
    }
  }
}
