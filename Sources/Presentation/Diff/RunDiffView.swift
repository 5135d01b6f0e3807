import Foundation
import Journal

/// Two runs compared, for `runbook diff`.
package struct RunDiffView: Sendable {
  let diff: RunDiff

  /// How many lines of a file's differences are shown; JSON has all.
  static let lineLimit = 40

  /// The view of a comparison.
  package init(_ diff: RunDiff) { self.diff = diff }

  /// The view's lines. With `columns` `nil` nothing is cut: for a file or a pipe.
  package func render(columns: Int?, style: Style) -> [String] {
    lines(style, columns).map { $0.text(style, columns: columns ?? .max) }
  }

  private func lines(_ style: Style, _ columns: Int?) -> [Line] {
    var lines = [head("-", diff.left, style, .bad), head("+", diff.right, style, .good)]
    lines += section("Facts", pairs(diff.facts))
    lines += section("Parameters", pairs(diff.parameters))
    for file in diff.files { lines += section(Self.title(file), differences(file)) }
    lines += section("Steps only in \(diff.left.record.id)", steps(diff.onlyLeft, style, columns))
    lines += section("Steps only in \(diff.right.record.id)", steps(diff.onlyRight, style, columns))
    lines += section("Steps that ended differently", diff.outcomes.flatMap { outcome($0) })
    lines += section("Steps that took notably more or less time", durations(style, columns))
    lines += section("Hosts", hosts(style, columns))
    lines += section("What \(diff.right.record.id) found, compared with \(diff.left.record.id)", standings(diff.before))
    lines += section("What \(diff.right.record.id) left, compared with \(diff.left.record.id)", standings(diff.after))
    if diff.isSame {
      lines.append(Line())
      lines.append(Line("No difference: the same files, steps and outcomes.", .strong))
    }
    return lines
  }

  private func head(_ sign: String, _ run: RunSummary, _ style: Style, _ tone: Tone) -> Line {
    var line = Line(sign + " ", tone)
    line.append(run.record.runbook, .strong)
    line.append("  \(run.record.id)  ", .busy)
    line.append(run.status.shortWords, run.status.tone)
    line.append("  \(MomentText(timeZone: style.timeZone).minute(run.record.createdAt))", .faint)
    line.append("  \(run.record.user)@\(run.record.machine)", .faint)
    return line
  }

  private func section(_ title: String, _ lines: [Line]) -> [Line] {
    lines.isEmpty ? [] : [Line(), Line(title, .strong)] + lines
  }

  private func pairs(_ pairs: [RunDiff.Pair]) -> [Line] {
    let width = pairs.map { DisplayWidth.of($0.name) }.max() ?? 0
    return pairs.flatMap { pair -> [Line] in
      var first = Line("  " + pair.name, .faint)
      first.indent(to: width + 4)
      first.append("- " + (pair.left ?? "none"), .bad)
      var second = Line()
      second.indent(to: width + 4)
      second.append("+ " + (pair.right ?? "none"), .good)
      return [first, second]
    }
  }

  private static func title(_ file: RunDiff.FileDifference) -> String {
    let name = file.role == .module ? "module \(file.name)" : "\(file.role.rawValue) \(file.name)"
    if file.left == nil { return "Only in the second run: \(name)" }
    return file.right == nil ? "Only in the first run: \(name)" : "Changed: \(name)"
  }

  private func differences(_ file: RunDiff.FileDifference) -> [Line] {
    guard let left = file.left, let right = file.right else {
      let count = (file.left ?? file.right ?? "").split(separator: "\n", omittingEmptySubsequences: false).count
      return [Line("  " + Counted.of(count, "line"), .faint)]
    }
    let all = LineDiff(left, right).hunks.flatMap { hunk in
      [Line("  " + hunk.heading, .busy)]
        + hunk.lines.map { mark, text in
          Line("  \(mark.rawValue)\(text)", mark == .same ? .plain : mark == .removed ? .bad : .good)
        }
    }
    if all.isEmpty { return [Line("  the end of the last line only", .faint)] }
    if all.count <= Self.lineLimit { return all }
    let rest = Counted.of(all.count - Self.lineLimit, "line")
    return all.prefix(Self.lineLimit) + [Line("  and \(rest) more: --json has all", .faint)]
  }

  private func steps(_ steps: [StepState], _ style: Style, _ columns: Int?) -> [Line] {
    steps.map { step in
      var line = Line("  " + step.path)
      line.append("  " + RunDiff.ending(step), step.status == .failed ? .bad : .faint)
      return line
    }
  }

  private func standings(_ differences: [SnapshotComparison.Difference]) -> [Line] {
    let width = differences.map { DisplayWidth.of($0.subject) }.max() ?? 0
    return differences.map { difference in
      var line = Line("  " + difference.subject)
      line.indent(to: width + 4)
      line.append(difference.text)
      return line
    }
  }

  private func outcome(_ step: RunDiff.StepDifference) -> [Line] {
    [
      Line("  " + step.path), Line("    - " + RunDiff.ending(step.left), .bad),
      Line("    + " + RunDiff.ending(step.right), .good),
    ]
  }

  private func durations(_ style: Style, _ columns: Int?) -> [Line] {
    guard !diff.durations.isEmpty else { return [] }
    var table = Table(columns: [
      .init("  STEP", shrinks: true), .init(diff.left.record.id, alignsRight: true),
      .init(diff.right.record.id, alignsRight: true),
    ])
    for step in diff.durations {
      table.add([
        Line("  " + step.path), Line(DurationText.of(step.left?.duration ?? 0)),
        Line(DurationText.of(step.right?.duration ?? 0)),
      ])
    }
    return table.lines(width: columns, style: style)
  }

  private func hosts(_ style: Style, _ columns: Int?) -> [Line] {
    guard !diff.hosts.isEmpty else { return [] }
    var table = Table(columns: [
      .init("  HOST", shrinks: true), .init("STEPS", alignsRight: true), .init("", alignsRight: true),
      .init("TIME", alignsRight: true), .init("", alignsRight: true),
    ])
    for host in diff.hosts {
      table.add([
        Line("  " + host.name), Line("\(host.steps.left)", .bad), Line("\(host.steps.right)", .good),
        Line(DurationText.of(host.time.left), .bad), Line(DurationText.of(host.time.right), .good),
      ])
    }
    return table.lines(width: columns, style: style)
  }
}

extension RunDiffView {
  /// One JSON object: `same` (bool), `runs` (the two, as `runbook list --json` has them), `facts` and `parameters`
  /// [{`name`, `left`, `right`}], `files` [{`role`, `name`, `change` (`changed`, `only_left`, `only_right`), `hunks` (as
  /// `diff -u` has them, one text each)}], `only_left` and `only_right` [{`path`, `host`, `ending`}], `outcomes`
  /// [{`path`, `host`, `left`, `right`}], `durations` [{`path`, `host`, `left`, `right`}] in seconds, `hosts`
  /// [{`host`, `steps` [left, right], `seconds` [left, right]}], `before` and `after` [{`subject`, `text`}]: what the
  /// second run found, or left, different from the first.
  package func json(at now: Date = Date()) -> String {
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
