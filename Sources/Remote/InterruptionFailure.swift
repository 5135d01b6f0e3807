import Values

extension ChildProcess.Interruption {
  /// The failure that an operator sees.
  func failure(of command: RemoteCommand, host: HostSpec) -> Failure {
    let program = command.argv.first ?? "the command"
    let goesOn = host.isLocal ? "" : "; its part on \(host.name) may continue"
    switch self {
    case .noAnswer(let limit): return SSHFailure.noAnswer(host: host, limit: limit, greeting: [], hasBegun: true)
    case .timedOut:
      let limit = command.timeout.map(\.words) ?? "its time"
      return Failure(
        .commandTimeout, "`\(program)` was not done after \(limit) and was ended here\(goesOn)", host: host.name,
        hint: "check on \(host.name) what it has done before you run it again", leavesDoubt: true)
    case .outputTooLarge:
      let limit = ChildProcess.outputLimit / 1024 / 1024
      return Failure(
        .commandOutputTooLarge,
        "`\(program)` wrote more than \(limit) MiB, the most that is kept, and was ended here\(goesOn)",
        host: host.name, hint: "let it write less, or to a file on the host", leavesDoubt: true)
    }
  }
}
