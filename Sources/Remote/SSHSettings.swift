/// How the ssh client is used; the same for all hosts.
public struct SSHSettings: Sendable {
  /// The ssh client: a name that is searched in `PATH`, or a path.
  public var executable: String
  /// How long the host may take to accept the connection.
  public var connectTimeout: Duration
  /// How long all of the connecting may take, with jump hosts, log-in and a touch of a hardware key.
  public var openTimeout: Duration
  /// How often a silent host is asked whether it is still there.
  public var aliveInterval: Duration
  /// How many such questions may stay without an answer before the connection counts as lost.
  public var aliveCount: Int
  /// How long the host may take to begin a command once the connection is there: the log-in shell and its start-up files
  /// come first.
  public var answerTimeout: Duration
  /// How many commands and streams may use the connection at once; sshd's own default limit is 10.
  public var sessions: Int

  /// Describes the use of ssh. Times are passed on in whole seconds.
  public init(
    executable: String = "ssh", connectTimeout: Duration = .seconds(10), openTimeout: Duration = .seconds(60),
    aliveInterval: Duration = .seconds(5), aliveCount: Int = 3, answerTimeout: Duration = .seconds(60),
    sessions: Int = 8
  ) {
    self.executable = executable
    self.connectTimeout = connectTimeout
    self.openTimeout = openTimeout
    self.aliveInterval = aliveInterval
    self.aliveCount = aliveCount
    self.answerTimeout = answerTimeout
    self.sessions = sessions
  }
}
