import Concurrency
import Synchronization
import Values

/// What is written around a command on both of its outputs, to separate its answer from all else.
///
/// A login shell is the user's choice, and so is what its start-up files print. It is trusted with one thing only: to
/// start `sh` with two words. That shell says where the answer begins and, with the status, where it ends. What comes
/// before the begin is not part of the answer, and an answer without its end does not count. Where there is input, its
/// first line is a mark too: what a start-up file has read of it, the command would miss.
final class CommandFrame: Sendable {
  /// Which marks the standard output has; the standard error always has both.
  enum Marking {
    /// Begin and end.
    case whole
    /// The begin only, because what follows is handed to a reader that does not know the end.
    case begin
    /// None.
    case none
  }

  private struct State {
    var stdout: FrameReader
    var stderr: FrameReader
    var lastSign = ContinuousClock.now
  }

  private let marking: Marking
  private let begin: String
  private let end: String
  /// What a script that `sudo` starts says first, on its standard error: it distinguishes sudo's failure from the
  /// script's.
  let root: String
  /// What the input begins with; `nil` where there is none.
  private let input: String?
  /// What is said, before the begin, where the input does not begin so.
  let inputTaken: String
  private let state: Mutex<State>
  private let begun = Promise<Void>()

  init(_ marking: Marking = .whole, hasInput: Bool = false) {
    let name = ControlFolder.randomName()
    self.marking = marking
    input = hasInput ? "runbook-input-\(name)" : nil
    inputTaken = "runbook-input-taken-\(name)"
    let (begin, end, root) = ("runbook-begin-\(name)", "runbook-end-\(name)", "runbook-root-\(name)")
    (self.begin, self.end, self.root) = (begin, end, root)
    state = Mutex(
      State(
        stdout: FrameReader(begin: begin, end: end, root: root, isMarked: marking != .none),
        stderr: FrameReader(begin: begin, end: end, root: root, isMarked: true)))
  }

  // MARK: Writing

  /// The line with its frame, for `sh`.
  func program(_ line: String) -> String {
    var begins = [">&2"]
    var ends = [">&2"]
    if marking != .none { begins.append("") }
    if marking == .whole { ends.append("") }
    // `read` takes no byte more than the line.
    let taking =
      input.map {
        "runbook_input=; IFS= read -r runbook_input || :\n"
          + "[ \"$runbook_input\" = \($0) ] || { printf '\\n%s\\n' \(inputTaken) >&2; exit 1; }\n"
      } ?? ""
    return taking + begins.map { "printf '\\n%s\\n' \(begin) \($0) || exit 1\n" }.joined() + line
      + "\nrunbook_status=$?\n"
      + ends.map { "printf '%s %s\\n' \(end) \"$runbook_status\" \($0)\n" }.joined() + "exit \"$runbook_status\"\n"
  }

  /// The longest line that every system passes on as one argument.
  private static let longestLine = 131_000

  /// The same as a line for a login shell, which may be any: `sh`, `csh` and `fish` read it alike.
  ///
  /// In single quotes, all of these keep what is not a quote, backslash, exclamation mark or line end, and a backslash
  /// before a digit or a letter; `printf %b` turns these back into the original.
  func loginLine(_ line: String, host: String) throws -> String {
    var text = ""
    for byte in program(line).utf8 {
      switch byte {
      case 0x0A: text += "\\n"
      case 0x27, 0x5C, 0x21, ..<0x20, 0x7F...: text += "\\0" + Self.octal(byte)
      default: text.unicodeScalars.append(Unicode.Scalar(byte))
      }
    }
    let whole = #"sh -c 'eval "$(printf %b "$1")"' sh '"# + text + "'"
    guard whole.utf8.count <= Self.longestLine else {
      throw Failure(
        .commandInvalid, "the command is too long for a host: \(whole.utf8.count) bytes", host: host,
        cause: "a host takes \(Self.longestLine) bytes, as they travel, for a command with its arguments and variables",
        hint: "give long texts as `stdin`, or in a file")
    }
    return whole
  }

  private static func octal(_ byte: UInt8) -> String {
    let digits = String(byte, radix: 8)
    return String(repeating: "0", count: 3 - digits.count) + digits
  }

  /// Reads a command's standard output up to the begin, and gives what follows; for output that never passes through
  /// our memory. It ends with the status of the command that follows it.
  ///
  /// `read` takes no byte more than the line.
  static let outputFilter = #"""
    mark=$1; shift
    exec 5>&1
    status=$({ { "$@" 4>&- 5>&-; echo $? >&4; } | {
      while IFS= read -r line; do if [ "$line" = "$mark" ]; then exec cat; fi; done
    } >&5 4>&-; } 4>&1)
    exit "$status"
    """#

  /// Writes the mark before what it is given, for input that never passes through our memory.
  static let inputFilter = #"mark=$1; shift; { printf '%s\n' "$mark" && exec cat; } | "$@""#

  /// What ``inputFilter`` writes; `nil` where there is no input.
  var inputLine: String? { input }
  /// What is to be written before the input.
  var inputBytes: [UInt8] { input.map { Array("\($0)\n".utf8) } ?? [] }

  /// What ``outputFilter`` looks for.
  var beginLine: String { begin }
  /// What comes on a stream before the command's own first byte.
  var beginBytes: [UInt8] { Array("\n\(begin)\n".utf8) }

  // MARK: Reading

  /// Takes the next bytes of an output and gives those that the command wrote.
  func take(_ bytes: [UInt8], _ channel: OutputChannel) -> [UInt8] {
    let (written, isOpen) = state.withLock { state in
      state.lastSign = .now
      switch channel {
      case .stdout: return (state.stdout.take(bytes), state.stdout.isOpen && marking != .none)
      case .stderr: return (state.stderr.take(bytes), state.stderr.isOpen)
      }
    }
    if isOpen { begun.resolve(.success(())) }
    return written
  }

  /// What is left of an output at its end.
  func finish(_ channel: OutputChannel) -> [UInt8] {
    state.withLock { state in
      switch channel {
      case .stdout: state.stdout.finish()
      case .stderr: state.stderr.finish()
      }
    }
  }

  /// Whether the host has begun to answer.
  var hasBegun: Bool { begun.result != nil }

  /// How the command ended; `nil` when the answer is not whole.
  var status: Int32? {
    state.withLock { state in
      guard let status = state.stderr.status, marking != .whole || state.stdout.status == status else { return nil }
      return status
    }
  }

  /// Whether the script that `sudo` was to start has begun.
  var hasRoot: Bool { state.withLock { $0.stderr.hasRoot } }

  /// What the host wrote to the standard output before the answer.
  var greeting: [UInt8] { state.withLock { $0.stdout.greeting.bytes } }

  /// What the host, or the ssh client, wrote to the standard error before the answer.
  var errorGreeting: [UInt8] { state.withLock { $0.stderr.greeting.bytes } }

  /// Waits until the host has begun to answer.
  ///
  /// - Throws: ``ChildProcess/Interruption/noAnswer(_:)`` when it has not within that time.
  func expectBegin(within limit: Duration, host: String) async throws {
    try await Self.limited(to: limit, host) { try await self.begun.value() }
  }

  /// Carries out `body`, which ends when a host has begun to answer.
  ///
  /// - Throws: ``ChildProcess/Interruption/noAnswer(_:)`` when it takes longer.
  static func limited(to limit: Duration, _ host: String, _ body: @Sendable @escaping () async throws -> Void)
    async throws
  {
    try await HostWait.limited(
      to: limit, host, "it has accepted the connection but not answered",
      else: ChildProcess.Interruption.noAnswer(limit), body)
  }

  /// Waits for ever, as long as something comes again and again.
  ///
  /// - Throws: ``ChildProcess/Interruption/noAnswer(_:)`` when nothing has come for that time.
  func expectSigns(every limit: Duration, host: String) async throws {
    var reported: ContinuousClock.Instant?
    while true {
      let last = state.withLock { $0.lastSign }
      let now = ContinuousClock.now
      guard now < last + limit else { throw ChildProcess.Interruption.noAnswer(limit) }
      let isQuiet = now >= last + HostWait.shownAfter
      if isQuiet, hasBegun, reported != last {
        reported = last
        await HostWait.follower?(host, "it has stopped answering; waiting up to \(limit.words)")
      }
      try await Task.sleep(
        until: min(last + limit, isQuiet ? now + HostWait.shownAfter : last + HostWait.shownAfter), clock: .continuous)
    }
  }

  /// Another reader has read a stream's begin.
  func noteBegin(greeting: [UInt8]) {
    state.withLock { state in _ = state.stdout.take(greeting + beginBytes) }
    begun.resolve(.success(()))
  }
}
