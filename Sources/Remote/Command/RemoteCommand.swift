/// A command for a host: a list of arguments, quoted once on the way and never read by a shell as anything else.
///
/// Arguments and environment values can be read by every user of the host in its process list, so a secret never goes
/// there: put it into ``stdin``.
package struct RemoteCommand: Sendable, Hashable {
  /// The program and its arguments.
  package var argv: [String]
  /// The directory the command runs in; `nil` means the login directory.
  package var directory: String?
  /// Variables that are added to the command's environment. They travel as arguments of `env`, so no secrets.
  package var environment: [String: String]
  /// Names of variables that the user's login may have set and that the command must not see. They are known words of
  /// this program, never data.
  package var cleared: [String] = []
  /// Whether the command runs as root, through `sudo -n`, which never asks for a password.
  package var sudo: Bool
  /// What the command reads from its standard input, to its end. The place for secrets.
  package var stdin: [UInt8]
  /// How long the command may take, without the time to connect; `nil` means for ever.
  package var timeout: Duration?
  /// For how long it may write nothing; `nil` means for ever. For commands that say something again and again.
  package var silence: Duration?
  /// Whether it must not wait for others that use the same connection: for commands of a moment only.
  package var isUrgent = false
  /// Whether the result has all that it wrote, which has a limit then; else only the end of it; the output handler
  /// gets the rest as it comes.
  package var keepsOutput = true
  /// A file of this machine that the command reads in place of ``stdin``. It is streamed, so it may be of any size.
  package var inputFile: String?
  /// A file of this machine that takes what the command writes to its standard output, which is not in the result then.
  /// It must not be there yet, and gets mode 0600.
  package var outputFile: String?

  package init(
    _ argv: [String], directory: String? = nil, environment: [String: String] = [:], sudo: Bool = false,
    stdin: [UInt8] = [], timeout: Duration? = nil
  ) {
    self.argv = argv
    self.directory = directory
    self.environment = environment
    self.sudo = sudo
    self.stdin = stdin
    self.timeout = timeout
  }

  /// A piece of POSIX shell.
  ///
  /// - Parameters:
  ///   - script: The program text. It is a constant of this program: never build it from data.
  ///   - arguments: What the script sees as `$1`, `$2` and so on. The place for values from elsewhere.
  package static func shell(
    _ script: String, arguments: [String] = [], directory: String? = nil, environment: [String: String] = [:],
    sudo: Bool = false, stdin: [UInt8] = [], timeout: Duration? = nil
  ) -> RemoteCommand {
    RemoteCommand(
      ["sh", "-c", script, "sh"] + arguments, directory: directory, environment: environment, sudo: sudo,
      stdin: stdin, timeout: timeout)
  }
}

extension RemoteCommand {
  /// What `sudo` starts for it, or what runs without `sudo`.
  var words: [String] {
    if environment.isEmpty { return argv }
    return ["env"] + environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" } + argv
  }

  /// Whether it is a script for `sh`, which can say that it has begun.
  var isScript: Bool { argv.count >= 3 && argv[0] == "sh" && argv[1] == "-c" }
}

extension RemoteCommand: CustomStringConvertible, CustomReflectable {
  /// The arguments as a shell would take them. Never the input, which may be secret.
  package var description: String { ShellQuoting.quote((sudo ? ["sudo"] : []) + argv) }
  /// Nothing but the description, for the same reason.
  package var customMirror: Mirror { Mirror(self, children: ["command": description]) }
}
