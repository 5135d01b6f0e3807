import Synchronization

/// What a job has written so far, put together from any number of sessions. Each line is told once.
final class JobOutput: Sendable {
  private struct Channel {
    var bytes: [UInt8] = []
    var splitter = LineSplitter()
  }
  private struct State {
    var stdout = Channel()
    var stderr = Channel()
  }
  private let state = Mutex(State())
  private let onOutput: OutputHandler?

  init(_ onOutput: OutputHandler? = nil) { self.onOutput = onOutput }

  /// How many bytes of each channel are here, and so where the next session goes on.
  var offsets: (stdout: Int, stderr: Int) { state.withLock { ($0.stdout.bytes.count, $0.stderr.bytes.count) } }

  func append(_ new: [UInt8], _ channel: OutputChannel) {
    let isTold = onOutput != nil
    tell(channel) { stream in
      stream.bytes += new
      return isTold ? stream.splitter.append(new) : []
    }
  }

  /// Tells the last lines, which had no line end.
  func finish() {
    for channel in [OutputChannel.stdout, .stderr] {
      tell(channel) { stream in stream.splitter.finish().map { [$0] } ?? [] }
    }
  }

  func result(status: Int32) -> CommandResult {
    state.withLock { CommandResult(status: status, stdout: $0.stdout.bytes, stderr: $0.stderr.bytes) }
  }

  private func tell(_ channel: OutputChannel, _ change: (inout Channel) -> [String]) {
    let lines = state.withLock { state in
      switch channel {
      case .stdout: change(&state.stdout)
      case .stderr: change(&state.stderr)
      }
    }
    // Not under the lock, because the handler is somebody else's.
    if let onOutput { for line in lines { onOutput(channel, line) } }
  }
}
