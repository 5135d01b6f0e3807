import Values

extension ChildProcess.Interruption {
  /// What an operator is told about it.
  func failure(of command: RemoteCommand, host: HostSpec) -> Failure {
    let program = command.argv.first ?? "The command"
    let goesOn = host.isLocal ? "" : " Its part on \(host.name) may go on."
    switch self {
    case .noAnswer(let limit): return SSHFailure.noAnswer(host: host, limit: limit, greeting: [], hasBegun: true)
    case .timedOut:
      let limit = command.timeout.map(\.words) ?? "its time"
      return Failure(
        .commandTimeout, "`\(program)` was not done after \(limit) and was ended here.\(goesOn)", host: host.name,
        hint: "Look on \(host.name) what it has done before it is run again.", leavesDoubt: true)
    case .outputTooLarge:
      let limit = ChildProcess.outputLimit / 1024 / 1024
      return Failure(
        .commandOutputTooLarge,
        "`\(program)` wrote more than \(limit) MiB, the most that is kept, and was ended here.\(goesOn)",
        host: host.name, hint: "Let it write less, or to a file on the host.", leavesDoubt: true)
    }
  }
}
