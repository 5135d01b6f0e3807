import Values

extension FailureCode {
  /// The folder of a host's lock is not what it should be.
  public static let lockFolder: FailureCode = "lock.folder"
  /// A host's lock could not be recorded there.
  public static let lockUnwritable: FailureCode = "lock.unwritable"
  /// What a host says about its lock could not be understood.
  public static let lockUnreadable: FailureCode = "lock.unreadable"
}

/// The failures that an operator sees when a host's lock can't be used.
enum HostLockFailure {
  /// The exit code of a script that has found a folder it must not use.
  private static let folderStatus: Int32 = 77

  static func refused(_ result: CommandResult, path: String, host: String) -> Failure {
    // The script's own words come last: sshd and the log-in shell may have said something else before.
    let words = String((result.errorText.split(whereSeparator: \.isNewline).last ?? "").prefix(500))
    let cause = words.isEmpty ? "exit code \(result.status)" : words
    if result.status == folderStatus {
      return Failure(
        .lockFolder, "\(path) is not a folder that the host's operators can use", host: host, cause: cause,
        hint: "ask that user; if no run needs the folder, remove it on \(host), as that user or as root: "
          + "`sudo rm -r \(ShellQuoting.quote([path]))`")
    }
    return Failure(
      .lockUnwritable, "recording on the host that this run changes it failed", host: host, cause: cause,
      hint: "check on \(host) that \(path) can be created and that there is room: `df -h /var/tmp`")
  }

  static func unreadable(_ result: CommandResult, host: String) -> Failure {
    Failure(
      .lockUnreadable, "the host's report on who changes it could not be understood", host: host,
      cause: String(result.text.suffix(200)), hint: "check that the user's login shell runs `sh -c` as it should",
      isRetryable: true)
  }
}
