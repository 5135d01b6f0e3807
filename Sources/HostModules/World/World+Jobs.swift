import Remote

extension World {
  /// Removes what the commands of a run that is over have left on these hosts. A host that can't be reached keeps its
  /// traces, which do no harm.
  public func removeJobs(of run: String, on hosts: some Sequence<String>) async {
    await withTaskGroup { group in
      for host in Set(hosts) {
        guard let transport = try? transport(host) else { continue }
        group.addTask { try? await RemoteJob.removeAll(run: run, over: transport) }
      }
    }
  }
}
