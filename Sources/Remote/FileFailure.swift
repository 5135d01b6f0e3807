import Values

/// Turns a shell's words about a file into a failure that an operator can act on.
enum FileFailure {
  static func describe(_ result: CommandResult, verb: String, path: String, host: String, sudo: Bool) -> Failure {
    // Only the last line: sshd and the log-in shell may have complained about something else before.
    let words = result.errorText.split(whereSeparator: \.isNewline).last.map(String.init) ?? ""
    let code: FailureCode =
      if words.contains("No such file") || words.contains("nonexistent directory") || words.contains("Not a directory")
      {
        .fileNotFound
      } else if words.contains("Permission denied") || words.contains("Operation not permitted") {
        .filePermission
      } else if words.contains("No space left") {
        .fileNoSpace
      } else if words.contains("did not arrive whole") {
        .fileDamaged
      } else {
        .fileFailed
      }
    let hint: String? =
      switch code {
      case .filePermission where !sudo: "add `sudo: true` for this host in the inventory where root is needed"
      case .fileNoSpace: "make room on the host: df -h"
      case .fileDamaged: "nothing was replaced; try again"
      case .fileFailed where words.hasPrefix("sync:") || words.contains("sync: "):
        "look at the kernel's messages there (dmesg), then resume: the file may not be on the disk"
      default: nil
      }
    return Failure(
      code, "could not \(verb) \(path)", host: host, cause: String(words.prefix(500)), hint: hint,
      isRetryable: code == .fileDamaged)
  }
}
