import Synchronization

/// Reads what one session with a script of ``JobScript`` says, line by line, as it comes.
///
/// Before the script's mark, a log-in shell may have said anything. After it, each line is a word with its arguments and
/// a full stop, or, indented, a piece of the job's output in hexadecimal digits. So a lost connection can cut a line
/// anywhere: a word without its full stop is none, and of the digits whole bytes count.
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

  /// Takes a line of the session's standard output.
  func take(_ line: String) {
    let channel = state.withLock { state -> OutputChannel? in
      guard state.isOpen else {
        state.isOpen = line == mark
        return nil
      }
      if line.utf8.first == UInt8(ascii: " ") { return state.channel }
      var words = line.split(separator: " ").map(String.init)
      guard words.popLast() == "." else { return nil }
      if let channel = words.first.flatMap(OutputChannel.init(rawValue:)) {
        state.channel = channel
      } else if words != Self.signOfLife {
        state.answer = words
      }
      return nil
    }
    if let channel { output?.append(Self.bytes(ofDigits: line), channel) }
  }

  static func bytes(ofDigits line: String) -> [UInt8] {
    var bytes: [UInt8] = []
    var high: UInt8?
    for character in line.utf8 {
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
    return bytes
  }
}
