import Values

/// A way to run commands on one host.
package protocol Transport: Sendable {
  /// The host the commands run on.
  var host: HostSpec { get }

  /// Makes sure that the host can be reached, so that a later command is not slowed down by that.
  ///
  /// - Throws: A `Failure` when it can't.
  func connect() async throws

  /// Runs a command to its end.
  ///
  /// An exit code other than 0 is a result, not an error.
  /// - Parameter onOutput: Called with each line of output while the command runs.
  /// - Throws: A `Failure` when the command could not be run or its outcome can't be known; see ``FailureCode``'s
  ///   members `ssh…`, `sudo…` and `command…`, and `Failure.leavesDoubt`. `CancellationError` when the task was
  ///   cancelled; the command's local processes have ended then.
  func run(_ command: RemoteCommand, onOutput: OutputHandler?) async throws -> CommandResult

  /// Starts a command and gives a socket whose other end is the command's standard input and output.
  ///
  /// `stdin` and `timeout` of the command have no meaning here.
  /// - Throws: A `Failure` when the host can't be reached. The stream's ``CommandStream/termination``
  ///   says how the command itself ended.
  func openStream(_ command: RemoteCommand) async throws -> CommandStream

  /// Whether `sudo` allows the user a command, without a password; `nil` where that is not known.
  func maySudo(_ command: RemoteCommand) async throws -> Bool?

  /// Ends the connection and everything that runs over it. It may be opened again by a later call.
  func close() async
}

/// How long a host may say nothing in an exchange that is this program's own, and no command of a user.
enum OwnExchange {
  /// For what takes a moment: a slow disk or file server is waited for, one that hangs is given up.
  static let silence: Duration = .seconds(120)
  /// For what reads a file of any size to its end.
  static let reading: Duration = .seconds(3600)

  /// For a copy of so many bytes; ten minutes, and what twenty kilobytes in a second take.
  static func copying(_ bytes: Int64) -> Duration { .seconds(600 + max(0, bytes) / 20_000) }
}

extension Transport {
  /// Runs a command to its end; see ``run(_:onOutput:)``.
  package func run(_ command: RemoteCommand) async throws -> CommandResult {
    try await run(command, onOutput: nil)
  }

  /// Not known.
  package func maySudo(_ command: RemoteCommand) async throws -> Bool? { nil }

  /// Asks `sudo` itself: what it refuses to start, it also refuses to list.
  func askSudo(_ command: RemoteCommand) async throws -> Bool? {
    let question = RemoteCommand(["sudo", "-n", "-l", "--"] + command.words, timeout: .seconds(30))
    switch try await run(question).status {
    case 0: return true
    case 1: return false
    default: return nil
    }
  }
}

/// How one host of the inventory is reached.
package struct HostSpec: Sendable, Hashable {
  /// The inventory name, as every message about this host shows it.
  package var name: String
  /// The address or name to connect to; `nil` means that ``name`` is one ssh itself knows, for example an alias of the
  /// user's configuration.
  package var address: String?
  /// Whether this is the machine the program runs on, so that no ssh is needed.
  package var isLocal: Bool
  /// The user to log in as; `nil` leaves the choice to ssh.
  package var user: String?
  /// The port of sshd; `nil` leaves the choice to ssh.
  package var port: Int?
  /// The absolute path of an ssh client configuration that is read instead of the user's own.
  package var sshConfig: String?
  /// Whether administrative commands, those of Docker for example, need `sudo` on this host.
  package var sudo: Bool
  /// Trust a host key that was never seen before, and record it. A changed key is still refused.
  package var acceptNewHostKeys: Bool
  /// A private key to log in with; none is offered then besides it and those that the ssh configuration names.
  package var identityFile: String?

  package init(
    name: String, address: String? = nil, isLocal: Bool = false, user: String? = nil, port: Int? = nil,
    sshConfig: String? = nil, sudo: Bool = false, acceptNewHostKeys: Bool = false, identityFile: String? = nil
  ) {
    self.name = name
    self.address = address
    self.isLocal = isLocal
    self.user = user
    self.port = port
    self.sshConfig = sshConfig
    self.sudo = sudo
    self.acceptNewHostKeys = acceptNewHostKeys
    self.identityFile = identityFile
  }

  /// What ssh connects to.
  package var destination: String { address ?? name }
}
