import Inventory
import Remote
import Values

/// Tries each of the commands that this program itself starts with `sudo` on a host. Changes nothing there.
struct SudoSurvey: Sendable {
  let host: Inventory.Host
  let transport: any Transport

  /// What is started with `sudo`, and what does not work without a rule for it.
  static let rules = [
    (program: "docker", use: "the engine, deployments"), (program: "sh", use: "files of root, the engine's service"),
    (program: "kill", use: "ending a command of root"),
    (program: "rmdir", use: "removing another user's empty lock folder"),
  ]

  func look() async -> CheckResult {
    var refused: [(program: String, use: String)] = []
    var words: [String] = []
    for rule in Self.rules {
      do {
        guard let problem = try await problem(with: rule.program) else { continue }
        refused.append(rule)
        if !words.contains(problem) { words.append(problem) }
      } catch let failure as Failure {
        // sudo itself is missing, or the host is gone.
        return CheckResult(host.name, "sudo", failure)
      } catch {
        return CheckResult(host.name, "sudo", .fail, "\(error)")
      }
    }
    if refused.isEmpty {
      return CheckResult(
        host.name, "sudo", .ok, "without a password: \(Self.rules.map(\.program).joined(separator: ", "))")
    }
    let what = refused.map { "\($0.program) (\($0.use))" }.joined(separator: ", ")
    let isFatal = refused.contains { ["docker", "sh"].contains($0.program) }
    return CheckResult(
      host.name, "sudo", isFatal ? .fail : .warn,
      "it does not start, without a password: \(what); \(words.joined(separator: "; "))",
      hint:
        "`sudo visudo -f /etc/sudoers.d/runbook` with `\(host.spec.user ?? "USER") ALL=(root) NOPASSWD: ALL`, or the rules of "
        + "share/doc/runbook/sudoers")
  }

  /// Why `sudo` does not start a program; `nil` when it does.
  private func problem(with program: String) async throws -> String? {
    let command: RemoteCommand
    switch program {
    case "docker": command = RemoteCommand(["docker", "--version"], sudo: true, timeout: .seconds(30))
    case "sh": command = .shell("exit 0", sudo: true, timeout: .seconds(30))
    // Signal 0 is none; the first process is always there.
    case "kill": command = RemoteCommand(["kill", "-0", "1"], sudo: true, timeout: .seconds(30))
    // A name that is never there. Not only sudo's list: that allows also what wants a password.
    default: command = RemoteCommand([program, "/var/tmp/runbook-lock/none"], sudo: true, timeout: .seconds(30))
    }
    do {
      let result = try await transport.run(command)
      return result.isSuccess || program == "rmdir" ? nil : "sudo \(program): \(Self.lastLine(result))"
    } catch let failure as Failure where [.sudoRefused, .sudoPassword].contains(failure.code) {
      return failure.cause ?? failure.message
    }
  }

  private static func lastLine(_ result: CommandResult) -> String {
    let line = result.errorText.split(whereSeparator: \.isNewline).last.map { String($0.prefix(300)) }
    return line ?? "exit code \(result.status)"
  }
}
