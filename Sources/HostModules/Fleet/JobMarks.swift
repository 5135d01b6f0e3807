import Crypto
import Engine
import Remote
import Synchronization
import Values

/// What each host reported about itself before the first job of a run: asked once for each run and host.
final class JobMarks: Sendable {
  private let marks = Mutex<[String: JobMark]>([:])

  func mark(run: String, over transport: any Transport) async throws -> JobMark {
    let key = "\(run) \(transport.host.name)"
    if let mark = marks.withLock({ $0[key] }) { return mark }
    let mark = try await RemoteJob.mark(run: run, over: transport)
    marks.withLock { $0[key] = mark }
    return mark
  }
}

extension JobMark {
  private enum Member { static let mark = "mark", boot = "boot", root = "root" }

  /// The mark as the journal keeps it with a call.
  func facts(sudo: Bool) -> [String: String] {
    var facts = [Member.mark: mark, Member.boot: boot]
    if sudo { facts[Member.root] = "yes" }
    return facts
  }

  init(site: [String: String]) { self.init(mark: site[Member.mark] ?? "", boot: site[Member.boot] ?? "") }

  /// Whether the call that was kept with these facts is root's.
  static func isRoots(_ site: [String: String]) -> Bool { site[Member.root] != nil }
}

/// A command as a call that is found again.
enum JobCall {
  static func identity(of command: RemoteCommand, on host: String) -> CallIdentity {
    var words = command.sudo ? ["sudo"] : []
    if let directory = command.directory { words += ["cd \(directory)"] }
    words += command.environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    words += ["--"] + command.argv
    let digest = Hexadecimal.encode(SHA256.hash(data: command.stdin))
    return CallIdentity(host: host, words: words, input: command.stdin.isEmpty ? nil : Secret(digest))
  }

  /// Shows and records what a job on the host prints.
  static func printing(on host: String, _ context: EffectContext) -> OutputHandler {
    { channel, chunk in
      await context.print(
        PrintedPiece(chunk.bytes, isError: channel == .stderr, isCut: chunk.isCut), host)
    }
  }
}
