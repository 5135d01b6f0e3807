import Foundation
import Journal

extension RunDiffView {
  /// One JSON object: `same` (bool), `runs` (the two, as `runbook list --json` has them), `facts` and `parameters`
  /// [{`name`, `left`, `right`}], `files` [{`role`, `name`, `change` (`changed`, `only_left`, `only_right`), `hunks` (as
  /// `diff -u` has them, one text each)}], `only_left` and `only_right` [{`path`, `host`, `ending`}], `outcomes`
  /// [{`path`, `host`, `left`, `right`}], `durations` [{`path`, `host`, `left`, `right`}] in seconds, `hosts`
  /// [{`host`, `steps` [left, right], `seconds` [left, right]}], `before` and `after` [{`subject`, `text`}]: what the
  /// second run found, or left, different from the first.
  public func json(at now: Date = Date()) -> String {
    JSONText.object([
      ("same", .bool(diff.isSame)), ("runs", .array([diff.left, diff.right].map { .object($0.json(at: now)) })),
      ("facts", Self.pairs(diff.facts)), ("parameters", Self.pairs(diff.parameters)),
      ("files", .array(diff.files.map(Self.file))), ("only_left", .array(diff.onlyLeft.map(Self.step))),
      ("only_right", .array(diff.onlyRight.map(Self.step))),
      (
        "outcomes",
        .array(
          diff.outcomes.map {
            Self.members($0, .string(RunDiff.ending($0.left)), .string(RunDiff.ending($0.right)))
          })
      ),
      (
        "durations",
        .array(
          diff.durations.map {
            Self.members($0, JSONText(seconds: $0.left?.duration), JSONText(seconds: $0.right?.duration))
          })
      ),
      (
        "hosts",
        .array(
          diff.hosts.map { host in
            .object([
              ("host", .string(host.name)),
              ("steps", .array([.integer(Int64(host.steps.left)), .integer(Int64(host.steps.right))])),
              ("seconds", .array([JSONText(seconds: host.time.left), JSONText(seconds: host.time.right)])),
            ])
          })
      ),
      ("before", Self.standings(diff.before)), ("after", Self.standings(diff.after)),
    ]).pretty
  }

  private static func standings(_ differences: [SnapshotComparison.Difference]) -> JSONText {
    .array(differences.map { .object([("subject", .string($0.subject)), ("text", .string($0.text))]) })
  }

  private static func pairs(_ pairs: [RunDiff.Pair]) -> JSONText {
    .array(
      pairs.map { .object([("name", .string($0.name)), ("left", JSONText($0.left)), ("right", JSONText($0.right))]) })
  }

  private static func file(_ file: RunDiff.FileDifference) -> JSONText {
    let change = file.left == nil ? "only_right" : file.right == nil ? "only_left" : "changed"
    let hunks = LineDiff(file.left ?? "", file.right ?? "").hunks.map { hunk in
      ([hunk.heading] + hunk.lines.map { $0.mark.rawValue + $0.text }).joined(separator: "\n")
    }
    return .object([
      ("role", .string(file.role.rawValue)), ("name", .string(file.name)), ("change", .string(change)),
      ("hunks", .array(change == "changed" ? hunks.map { .string($0) } : [])),
    ])
  }

  private static func step(_ step: StepState) -> JSONText {
    .object([
      ("path", .string(step.path)), ("host", JSONText(step.host)), ("ending", .string(RunDiff.ending(step))),
    ])
  }

  private static func members(_ step: RunDiff.StepDifference, _ left: JSONText, _ right: JSONText) -> JSONText {
    .object([("path", .string(step.path)), ("host", JSONText(step.host)), ("left", left), ("right", right)])
  }
}
