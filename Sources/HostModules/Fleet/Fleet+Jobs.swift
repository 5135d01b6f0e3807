import Concurrency
import Crypto
import Engine
import Foundation
import Journal
import Remote
import Synchronization
import Values

extension Fleet {
  /// What the engine asks of the hosts about commands that were started there.
  package var commands: HostCommands {
    HostCommands(
      look: { run, effect in
        if let why = self.absence(of: effect.host) { return .unknown(why) }
        return switch try await self.job(run, effect).status() {
        case .running, .lost(.orphaned): .running
        case .lost(let loss): .over(loss.reason)
        case .ended(let status): .over("ended with code \(status)")
        case .untraced(let now):
          JobLoss(JobMark(site: effect.site), effect.isLaunched, now: now).map { .unknown($0.reason) } ?? .notBegun
        }
      },
      end: { run, effect in
        if let why = self.absence(of: effect.host) { return .unknown(why) }
        let earlier = (mark: JobMark(site: effect.site), isStarted: effect.isLaunched)
        return try await self.job(run, effect).terminate(earlier: earlier).map { .unknown($0.reason) } ?? .ended
      },
      removeTraces: { run, hosts in await self.removeJobs(of: run, on: hosts) })
  }

  /// Where a command that is about to begin on a host will be kept.
  ///
  /// - Parameter sudo: whether it is root's.
  func site(of run: String, on host: String, sudo: Bool) async throws -> CallSite {
    CallSite(host: host, facts: try await jobMarks.mark(run: run, over: transport(host)).facts(sudo: sudo))
  }

  /// Why a host can't be asked at all; `nil` where it can.
  private func absence(of host: String?) -> String? {
    guard let host, inventory.host(named: host) == nil else { return nil }
    return "its host is not in the inventory any more"
  }

  private func job(_ run: String, _ effect: EffectState) throws -> RemoteJob {
    // The host knows what it runs; here it matters only whether root runs it.
    RemoteJob(
      id: JobID(run: run, name: effect.call),
      command: RemoteCommand([effect.primitive], sudo: JobMark.isRoots(effect.site)),
      over: try transport(effect.host ?? ""))
  }

  /// Removes what the commands of a run that is over have left on these hosts. A host that can't be reached keeps its
  /// traces, which do no harm.
  private func removeJobs(of run: String, on hosts: some Sequence<String>) async {
    await forEachConcurrently(Set(hosts).compactMap { try? transport($0) }) {
      try? await RemoteJob.removeAll(run: run, over: $0)
    }
  }
}

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
