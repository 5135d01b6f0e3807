import DockerEngine
import Remote
import Values

/// Understands what `docker stack deploy` says when it fails.
enum StackDeployFailure {
  /// Throws when the command failed.
  static func check(_ result: CommandResult, host: String) throws {
    guard !result.isSuccess else { return }
    let words = result.errorText.isEmpty ? result.text : result.errorText
    throw Failure(
      .stackDeployFailed, "docker stack deploy ended with exit code \(result.status)", host: host,
      cause: String(words.suffix(2000)), hint: hint(for: words), isRetryable: isTransient(words))
  }

  /// Whether the words are those of a state that passes: leftovers of a removal, or managers without a leader
  /// (moby#23302, #29293, #42119).
  private static func isTransient(_ words: String) -> Bool {
    let known = [
      "update out of sequence", "has active endpoints", "does not have a leader", "context deadline exceeded",
      "is in use", "already exists", "rpc error: code = Unavailable",
    ]
    return known.contains { words.contains($0) } || (words.contains("network") && words.contains("not found"))
  }

  private static func hint(for words: String) -> String {
    if let known = DockerWords.explanation(of: words) { return known }
    if words.contains("no such file or directory") {
      return "correct stack.directory and stack.files in the inventory"
    }
    return "read what docker says, try the command on the host, then resume"
  }
}

extension FailureCode {
  /// `docker stack deploy` failed.
  static let stackDeployFailed: FailureCode = "stack.deploy_failed"
}
