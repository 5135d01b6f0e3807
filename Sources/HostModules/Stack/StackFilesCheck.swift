import Compose
import Remote
import Values

/// Has the client of a host read compose files: it is the one that deploys, and what it refuses must be known before
/// anything is stopped. It only reads, and needs no engine.
struct StackFilesCheck: Sendable {
  /// What the host's own client says.
  enum Verdict: Sendable {
    case taken
    case refused(String)
    /// It has no verdict: it is older than `docker stack config`, or is missing.
    case unknown
  }

  let docker: DockerCommand
  let transport: any Transport
  let host: String

  /// The rules of the host's own client.
  func dialect() async throws -> ComposeDialect {
    let result = try await transport.run(docker(["--version"], timeout: .seconds(60)))
    // A login profile may have written something before.
    let line = result.lines.last { $0.hasPrefix("Docker version ") }
    return ComposeDialect(clientVersion: line.map { String($0.dropFirst("Docker version ".count)) } ?? "")
  }

  /// What it says about the files, and the lines of its warnings. Its output is the whole stack, with all values; it is
  /// never shown.
  func read(
    _ files: [String], in directory: String, environment: [String: String]
  ) async throws -> (verdict: Verdict, warnings: [String]) {
    let words = ["stack", "config"] + files.flatMap { ["-c", $0] }
    let result = try await transport.run(
      docker(words, directory: directory, timeout: .seconds(60), environment: environment))
    let said = result.errorText.split(separator: "\n").map(String.init)
    if result.isSuccess { return (.taken, said) }
    let isOld =
      result.errorText.contains("unknown shorthand flag") || result.errorText.contains("is not a docker command")
    return (isOld || result.status >= 126 ? .unknown : .refused(String(result.errorText.suffix(2000))), [])
  }
}
