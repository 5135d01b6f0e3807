import DockerEngine
import Engine
import Remote
import Values

extension CommandResult {
  /// Throws when the command did not succeed.
  func checked(_ command: RemoteCommand, on host: String, hint: String? = nil) throws {
    guard !isSuccess else { return }
    let words = errorText.isEmpty ? text : errorText
    throw Failure(
      .commandFailed, "\(command.argv.first ?? "the command") ended with exit code \(status)", host: host,
      cause: Self.end(of: words),
      hint: hint ?? (command.argv.contains("docker") ? DockerWords.explanation(of: words) : nil))
  }
}

extension CommandResult {
  /// The last lines of a text; no line is cut, or a secret in it could not be recognized any more.
  private static func end(of words: String) -> String {
    let end = words.suffix(2000)
    if end.startIndex == words.startIndex { return words }
    return end.firstIndex(where: \.isNewline).map { String(end[end.index(after: $0)...]) } ?? "…"
  }
}

extension FailureCode {
  /// A command on a host ended with an exit code other than 0.
  static let commandFailed: FailureCode = "command.failed"
}

extension Value {
  /// Bytes as text where they are UTF-8, else as bytes.
  static func text(_ bytes: [UInt8]) -> Value {
    String(validating: bytes, as: UTF8.self).map { .string($0) } ?? .bytes(bytes)
  }
}

extension EffectContext {
  /// What an operation found out; also records when it changed nothing.
  func result<Detail>(of outcome: ChangeOutcome<Detail>) -> Detail {
    if !outcome.isChanged { unchanged() }
    return outcome.detail
  }
}
