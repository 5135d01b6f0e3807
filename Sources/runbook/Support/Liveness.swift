import Foundation
import Journal

/// Distinguishes a run that is being executed from one whose executor died without recording it.
enum Liveness {
  /// Whether the journal says that the run is running, but no process executes it.
  static func isGone(_ run: RunRecord, _ state: RunState, _ leases: [Lease]) -> Bool {
    guard state.status == .running else { return false }
    guard let lease = leases.first(where: { $0.key == "run:\(run.id)" }) else { return true }
    return !lease.holds(ProcessIdentity.current.liveness(of: lease.holder), at: .now)
  }
}
