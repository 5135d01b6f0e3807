import Journal

/// The outcome of a step, in plain words.
public enum OutcomeText {
  /// The words after a step that succeeded; `nil` where the sign says it all.
  public static func words(_ outcome: StepOutcome?) -> String? {
    switch outcome?.rawValue {
    case "already_so": "already so"
    case "resolved": "settled by an operator"
    case "reused": "result of an earlier run"
    default: nil
    }
  }
}

/// How many steps had which outcome.
public struct OutcomeCounts: Sendable, Hashable {
  var changed = 0
  var read = 0
  var alreadySo = 0
  var settled = 0
  var reused = 0

  /// Counts what succeeded of these.
  public init(_ steps: [StepState]) {
    for step in steps where step.status == .succeeded {
      switch step.outcome?.rawValue {
      case "already_so": alreadySo += 1
      case "resolved": settled += 1
      case "read": read += 1
      case "reused": reused += 1
      default: changed += 1
      }
    }
  }

  var total: Int { changed + read + alreadySo + settled + reused }

  /// `14 steps changed something, 3 were already so, 2 only read`.
  public var sentence: String {
    var parts: [String] = []
    if changed > 0 { parts.append(Counted.of(changed, "step") + " changed something") }
    if alreadySo > 0 { parts.append("\(alreadySo) " + (alreadySo == 1 ? "was" : "were") + " already so") }
    if settled > 0 { parts.append("\(settled) " + (settled == 1 ? "was" : "were") + " settled by an operator") }
    if read > 0 { parts.append("\(read) only read") }
    if reused > 0 { parts.append("\(reused) had results of an earlier run") }
    return parts.joined(separator: ", ")
  }
}
