import Foundation
import TestSupport
import Testing

/// Every test that wants real appliances is in an extension of this suite: they run one after the other, so that labs
/// do not compete for the machine, and only where a lab is possible.
@Suite(
  "With real appliances", .serialized, .labTimeLimit,
  .enabled(if: labObstacle == nil, Comment(rawValue: labObstacle ?? "")))
enum RealAppliances {}

/// Why no lab is possible here; nil when it is.
let labObstacle: String? = {
  return geteuid() == 0 ? nil : "the lab wants root, to make namespaces and run engines in them"
}()
