import Synchronization

/// What a job has written so far, put together from any number of sessions. Each line is reported once, and while it is
/// being reported nothing more is read.
final class JobOutput: Sendable {
  private struct Channel {
    var bytes: [UInt8] = []
    var chunks = OutputChunks()
  }
  private struct State {
    var stdout = Channel()
    var stderr = Channel()
  }
  private let state = Mutex(State())
  private let onOutput: OutputHandler?

  init(_ onOutput: OutputHandler? = nil) { self.onOutput = onOutput }

  /// How many bytes of each channel are here, and so where the next session continues.
  var offsets: (stdout: Int, stderr: Int) { state.withLock { ($0.stdout.bytes.count, $0.stderr.bytes.count) } }

  /// Whether it is more than is kept.
  var isTooLarge: Bool { state.withLock { $0.stdout.bytes.count + $0.stderr.bytes.count > ChildProcess.outputLimit } }

  func append(_ new: [UInt8], _ channel: OutputChannel) async {
    let isTold = onOutput != nil
    await tell(channel) { stream in
      stream.bytes += new
      return isTold ? stream.chunks.append(new) : []
    }
  }

  /// Reports the last lines, which had no line end.
  func finish() async {
    for channel in [OutputChannel.stdout, .stderr] {
      await tell(channel) { stream in stream.chunks.finish().map { [$0] } ?? [] }
    }
  }

  func result(status: Int32) -> CommandResult {
    state.withLock { CommandResult(status: status, stdout: $0.stdout.bytes, stderr: $0.stderr.bytes) }
  }

  private func tell(_ channel: OutputChannel, _ change: (inout Channel) -> [OutputChunk]) async {
    let chunks = state.withLock { state in
      switch channel {
      case .stdout: change(&state.stdout)
      case .stderr: change(&state.stderr)
      }
    }
    // Not under the lock, because the handler is the caller's.
    if let onOutput { for chunk in chunks { await onOutput(channel, chunk) } }
  }
}
