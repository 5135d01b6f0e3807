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
