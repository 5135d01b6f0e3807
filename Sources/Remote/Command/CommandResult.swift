import Values

/// How a command ended and what it wrote.
package struct CommandResult: Sendable, Hashable {
  /// The exit code. 127 means that the host has no such program; 128 and above, that a signal ended it.
  package var status: Int32
  /// What it wrote to its standard output.
  package var stdout: [UInt8]
  /// What it wrote to its standard error.
  package var stderr: [UInt8]
  /// What the host wrote to the standard output before the command began and after it had ended, for example from the
  /// start-up files of the user's login shell; the last of it, if it is much. It is not part of ``stdout``.
  package var greeting: [UInt8] = []

  package init(status: Int32, stdout: [UInt8] = [], stderr: [UInt8] = []) {
    self.status = status
    self.stdout = stdout
    self.stderr = stderr
  }

  /// Whether the command exited with 0.
  package var isSuccess: Bool { status == 0 }
  /// The standard output as text, without white space at its ends.
  package var text: String { Self.trimmedText(stdout) }
  /// The standard error as text, without white space at its ends.
  package var errorText: String { Self.trimmedText(stderr) }
  /// The lines of the standard output.
  package var lines: [String] {
    let text = text
    return text.isEmpty ? [] : text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }

  static func trimmedText(_ bytes: some Sequence<UInt8>) -> String {
    let isSpace: (UInt8) -> Bool = { $0 == 0x20 || (0x09...0x0D).contains($0) }
    let start = Array(bytes).drop(while: isSpace)
    let end = start.reversed().drop(while: isSpace).count
    return String(decoding: start.prefix(end), as: UTF8.self)
  }
}

extension CommandResult: CustomStringConvertible, CustomReflectable {
  /// The exit code and how much was written; never what, because it may be secret.
  package var description: String {
    "exit code \(status), \(stdout.count) bytes of output, \(stderr.count) bytes of errors"
  }
  /// Nothing but the description, for the same reason.
  package var customMirror: Mirror { Mirror(self, children: ["result": description]) }
}

/// How the command behind a ``CommandStream`` ended.
package struct CommandTermination: Sendable {
  /// The exit code.
  package var status: Int32
  /// The end of what it wrote to its standard error; at most 64 KB.
  package var stderr: [UInt8]
  /// What went wrong, when it was the connection or `sudo` and not the command itself.
  package var failure: Failure?

  package init(status: Int32, stderr: [UInt8] = [], failure: Failure? = nil) {
    self.status = status
    self.stderr = stderr
    self.failure = failure
  }

  /// The standard error as text, without white space at its ends.
  package var errorText: String { CommandResult.trimmedText(stderr) }
}
