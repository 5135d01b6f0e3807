import Foundation
import LuaVM
import Presentation
import RunbookTesting

/// What `runbook test --coverage` shows at the end.
struct TestCoverage {
  let coverage: LineCoverage
  let folder: String

  /// One line per file: how much of it, and the lines that nothing has executed.
  var lines: [String] {
    let executed = coverage.lines.filter { !$0.key.hasSuffix(TestFinder.ending) }
    let report = CoverageReport(executed: executed) { name in
      try? String(contentsOfFile: name.hasPrefix("/") ? name : "\(folder)/\(name)", encoding: .utf8)
    }
    let width = report.files.map(\.name.count).max() ?? 0
    return report.files.map { file in
      let share = String(format: "%5.1f %%", (file.share * 1000).rounded(.down) / 10)
      let missing = file.missing.isEmpty ? "" : "  not executed: " + CoverageReport.ranges(file.missing)
      return "  \(file.name.padding(toLength: width, withPad: " ", startingAt: 0))  \(share)\(missing)"
    }
  }
}
