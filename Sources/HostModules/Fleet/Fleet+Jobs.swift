import Concurrency
import Engine
import Foundation
import Journal
import Remote
import Values

extension Fleet {
  /// What the engine asks of the hosts about commands that were started there.
  public var commands: HostCommands {
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
