import Synchronization

/// Reads what one session with a script of ``JobScript`` says, line by line, as it comes.
///
/// Before the script's mark, a log-in shell may have said anything. After it, each line is a word with its arguments
/// and a full stop, or, indented, a piece of the job's output in hexadecimal digits. So a lost connection can cut a
/// line anywhere: a word without its full stop is none, and of the digits whole bytes count.
final class JobReader: Sendable {
  private struct State {
    var isOpen = false
    var channel = OutputChannel.stdout
    var answer: [String] = []
  }
  private let state = Mutex(State())
  /// Said now and then, so that a script whose session has ended notices it.
  private static let signOfLife = ["beat"]
  private let mark: String
  private let output: JobOutput?

  init(mark: String, output: JobOutput? = nil) {
    self.mark = mark
    self.output = output
  }

  /// Whether the script has begun to speak, so that the host was reached.
  var isOpen: Bool { state.withLock { $0.isOpen } }
  /// The last word and its arguments; only of use when the session ended well.
  var answer: [String] { state.withLock { $0.answer } }

  /// Takes a piece of the session's standard output.
  func take(_ chunk: OutputChunk) async {
    var pieces: [(channel: OutputChannel, bytes: [UInt8])] = []
    state.withLock { state in
      for line in chunk.bytes.split(separator: UInt8(ascii: "\n")) {
        guard state.isOpen, line.first == UInt8(ascii: " ") else {
          take(line: String(decoding: line, as: UTF8.self), &state)
          continue
        }
        if pieces.last?.channel != state.channel { pieces.append((state.channel, [])) }
        Self.append(digits: line, to: &pieces[pieces.count - 1].bytes)
      }
    }
    for piece in pieces { await output?.append(piece.bytes, piece.channel) }
  }

  private func take(line: String, _ state: inout State) {
    guard state.isOpen else {
      state.isOpen = line == mark
      return
    }
    var words = line.split(separator: " ").map(String.init)
    guard words.popLast() == "." else { return }
    if let channel = words.first.flatMap(OutputChannel.init(rawValue:)) {
      state.channel = channel
    } else if words != Self.signOfLife {
      state.answer = words
    }
  }

  /// The bytes that hexadecimal digits encode.
  static func append(digits line: some Sequence<UInt8>, to bytes: inout [UInt8]) {
    var high: UInt8?
    for character in line {
      let digit: UInt8
      switch character {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = character - UInt8(ascii: "0")
      case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = character - UInt8(ascii: "a") + 10
      default:
        high = nil
        continue
      }
      if let first = high {
        bytes.append(first << 4 | digit)
        high = nil
      } else {
        high = digit
      }
    }
  }
}

/// What a session says last about a job.
enum JobSight: Equatable {
  /// There is no trace of it; the mark of the run's folder, a dash where it has none, and the host's boot.
  case unknown(mark: String, boot: String)
  case running
  /// There is more output than one session reports.
  case more
  /// It runs longer than it may.
  case overdue
  /// It has written more than is kept.
  case flood
  case finished(status: Int32, isOverdue: Bool)
  /// It has ended, and not all that it wrote could be kept.
  case cut(status: Int32)
  case lost(JobLoss)

  init?(_ words: [String]) {
    switch (words.first, words.count) {
    case ("unknown", 3): self = .unknown(mark: words[1], boot: words[2])
    case ("running", 1): self = .running
    case ("more", 1): self = .more
    case ("overdue", 1): self = .overdue
    case ("flood", 1): self = .flood
    case ("finished", 2), ("finished", 3):
      let mark = "-cut", isCut = words[1].hasSuffix(mark)
      guard let status = Int32(words[1].dropLast(isCut ? mark.count : 0)) else { return nil }
      if isCut, words.count == 2 {
        self = .cut(status: status)
        return
      }
      self = .finished(status: status, isOverdue: words.last == "overdue")
    case ("lost", 2):
      guard let loss = JobLoss(rawValue: words[1]) else { return nil }
      self = .lost(loss)
    default: return nil
    }
  }
}

/// What has become of a ``RemoteJob``.
package enum JobState: Sendable, Hashable {
  /// There is no trace of it: it was never started, or its traces were removed.
  ///
  /// On a host whose `/var/tmp` does not survive a restart, a restart removes them too.
  case unknown
  /// Its process is there.
  case running
  /// It came to its own end, or was ended by ``RemoteJob/terminate()``.
  case finished(CommandResult)
  /// It was started and is gone without an exit code; what it has done is not known.
  case lost(JobLoss)
}

/// The status of a ``RemoteJob`` on its host.
package enum JobStatus: Sendable, Hashable {
  /// There is no trace of it. What the host says of itself now; its mark is a dash when the run's folder has none.
  case untraced(JobMark)
  /// Its process is there.
  case running
  /// It has ended with that exit code.
  case ended(Int32)
  /// It was started and is gone without an exit code.
  case lost(JobLoss)
}

/// Why nothing can be known of how a started ``RemoteJob`` ended.
package enum JobLoss: String, Sendable, Hashable {
  /// The host was restarted in between.
  case reboot
  /// Its process is gone, or another process has its number now.
  case gone
  /// The process that would record its end is gone, but others that it started still run.
  case orphaned
  /// It was begun, or may have been, and its traces are no longer there.
  case traces
  /// The same, and the host was restarted in between, which may be why.
  case tracesOfEarlierBoot

  /// Why nothing can be known of a job that has no trace on its host; `nil` when it certainly was not started.
  ///
  /// - Parameters:
  ///   - mark: What the host had said before the job.
  ///   - isStarted: Whether the host has said that the job was started.
  ///   - now: What it says now.
  package init?(_ mark: JobMark, _ isStarted: Bool, now: JobMark) {
    if !isStarted && mark.mark == now.mark && !mark.mark.isEmpty { return nil }
    self = mark.boot == now.boot ? .traces : .tracesOfEarlierBoot
  }

  /// What happened, as the end of a sentence that begins with the command.
  package var reason: String {
    switch self {
    case .reboot: "was running when the host was restarted"
    case .gone: "was killed together with what would have recorded its end"
    case .orphaned: "lost the process that would have recorded its end; some of its processes still run"
    case .traces:
      "was started, or was about to be, and its traces in /var/tmp are gone, so its outcome is unknown"
    case .tracesOfEarlierBoot:
      "was started, or was about to be, before the host was restarted, and its traces in /var/tmp did not survive that"
    }
  }
}
