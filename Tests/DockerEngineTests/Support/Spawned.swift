import Glibc

/// A child process. Foundation's `Process` does not do: it takes a command for running for as long as anything that the
/// command left behind runs, and a lab's keeper should stay.
struct Spawned {
  struct NotStarted: Error {
    let name: String
    let code: CInt
  }

  private let pid: pid_t

  /// Starts a command with these descriptors as its standard input, output and error.
  init(_ words: [String], input: CInt, output: CInt, error: CInt) throws {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for (target, source) in [input, output, error].enumerated() {
      posix_spawn_file_actions_adddup2(&actions, source, CInt(target))
    }
    var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
    defer { for argument in arguments { free(argument) } }
    var pid: pid_t = 0
    let code = posix_spawnp(&pid, words[0], &actions, nil, &arguments, environ)
    guard code == 0 else { throw NotStarted(name: words[0], code: code) }
    self.pid = pid
  }

  /// Ends it at once.
  func kill() { _ = sendSignal(pid, SIGKILL) }

  /// Waits on this thread until it has ended, and gives its exit code; -1 when a signal ended it.
  func wait() -> Int {
    var status: CInt = 0
    while waitpid(pid, &status, 0) < 0 && errno == EINTR {}
    return status & 0x7F == 0 ? Int(status >> 8) & 0xFF : -1
  }
}

/// The system's `kill`, which a method of that name hides.
private func sendSignal(_ pid: pid_t, _ signal: CInt) -> CInt { kill(pid, signal) }
