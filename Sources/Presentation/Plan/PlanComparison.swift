import Journal
import Values

/// What is different between a saved plan and one that was made now.
package struct PlanComparison: Sendable {
  private let saved: PlanDocument
  private let now: PlanDocument

  /// Compares two plans.
  package init(saved: PlanDocument, now: PlanDocument) {
    self.saved = saved
    self.now = now
  }

  /// The differences, one sentence each: of files and parameters, of the hosts, then of the steps. Empty when the plan
  /// still holds.
  package var differences: [String] { files + parameters + world + steps }

  private var files: [String] {
    let old = Dictionary(saved.files.map { ("\($0.role) \($0.name)", $0.digest) }) { $1 }
    let new = Dictionary(now.files.map { ("\($0.role) \($0.name)", $0.digest) }) { $1 }
    return Set(old.keys).union(new.keys).sorted().compactMap { name in
      switch (old[name], new[name]) {
      case (nil, _): "the \(name) is not part of the plan"
      case (_, nil): "the \(name) is part of the plan, but is not used now"
      case (let was, let digest): was == digest ? nil : "the \(name) was edited"
      }
    }
  }

  private var parameters: [String] {
    Set(saved.parameters.keys).union(now.parameters.keys).sorted().compactMap { name in
      let old = saved.parameters[name], new = now.parameters[name]
      if old == new { return nil }
      return "the parameter \(name) is planned as \(Self.shown(old)), but is \(Self.shown(new)) now"
    }
  }

  private static func shown(_ value: Value?) -> String { value.map { JSONText($0).line } ?? "not given" }

  private var world: [String] {
    guard let old = saved.snapshot, let new = now.snapshot else { return [] }
    return SnapshotComparison(old, new).differences.map { "\($0.subject): \($0.text)" }
  }

  private var steps: [String] {
    let old = Dictionary(saved.view.steps.map { ($0.path, $0) }) { first, _ in first }
    let new = Dictionary(now.view.steps.map { ($0.path, $0) }) { first, _ in first }
    var found = saved.view.steps.filter { new[$0.path] == nil }.map {
      "the step \"\($0.path)\" is planned, but does not come up now"
    }
    for step in now.view.steps {
      guard let planned = old[step.path] else {
        found.append("the step \"\(step.path)\" is not in the plan")
        continue
      }
      if let difference = Self.difference(planned, step) { found.append("the step \"\(step.path)\" \(difference)") }
    }
    if found.isEmpty, saved.view.steps.map(\.path) != now.view.steps.map(\.path) {
      found.append("the steps come in a different order")
    }
    return found
  }

  private static func difference(_ planned: PlannedStep, _ step: PlannedStep) -> String? {
    if planned.verdict.word != step.verdict.word {
      return "\(words(planned.verdict)) in the plan, but \(words(step.verdict)) now"
    }
    if planned.host != step.host {
      return "is planned on \(planned.host ?? "no host"), but is on \(step.host ?? "no host") now"
    }
    guard planned.commands != step.commands else { return nil }
    let pairs = zip(planned.commands, step.commands).first { $0 != $1 }
    guard let (was, now) = pairs else { return "has different commands than in the plan" }
    return "is planned as `\(was.text)`, but is `\(now.text)` now"
  }

  private static func words(_ verdict: PlannedStep.Verdict) -> String {
    switch verdict {
    case .change: "changes something"
    case .alreadySo: "is already so"
    case .reads: "only reads"
    case .unknown: "is known only during the run"
    }
  }
}
