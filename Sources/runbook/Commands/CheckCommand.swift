import ArgumentParser
import Check
import Engine
import Foundation
import HostModules
import RunbookTesting
import Values

/// `runbook check`
struct CheckCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Find mistakes in runbooks without running them.",
    discussion: """
      Checks runbooks and the modules that they require: syntax, names and arguments against the definitions, effects \
      outside of steps, names of steps, values that differ from run to run, secrets in displayed text. Contacts \
      nothing. Exit code 1 means that there is an error; with --strict also that there is a warning.

      A comment "-- check: ignore RULE" on the line, or alone on the line before, suppresses a finding.
      """)

  @Argument(
    help: "Runbooks, modules or test files (default: those of ./runbooks, or else the shipped ones).",
    completion: Completion.runbook)
  var files: [String] = []

  @Option(help: ArgumentHelp("How to write findings: plain, json, sarif.", valueName: "format"))
  var format: Format?

  @Flag(help: "In the named files, fix misspelled names that have one close match.")
  var fix = false

  @Flag(help: "Exit code 1 also when there are only warnings.")
  var strict = false

  @OptionGroup var options: GlobalOptions

  /// The forms of the report.
  enum Format: String, ExpressibleByArgument, CaseIterable { case plain, json, sarif }

  func run() async throws {
    try await CommandFailure.reported(options) {
      let sources = try CheckedSources(named: files)
      let checker = Checker(
        modules: try HostModules.described(), testModules: [SimulationDefinitions.module], find: sources.module)
      var findings = try checker.check(sources.texts)
      for exposure in try sources.exposures() {
        FileHandle.standardError.write(Data("warning: \(exposure)\n".utf8))
      }
      if fix {
        let mended = try sources.mend(findings)
        if mended > 0 {
          // Standard output is for the remaining findings.
          FileHandle.standardError.write(Data("fixed \(mended == 1 ? "1 place" : "\(mended) places")\n".utf8))
          findings = try checker.check(try CheckedSources(named: files).texts)
        }
      }
      let screen = Screen(options)
      switch format ?? (options.json ? .json : .plain) {
      case .plain:
        screen.print(PlainReport(findings, hasColour: screen.style.hasColour).lines(files: sources.texts.count))
      case .json: screen.print([try JSONReport.write(findings)])
      case .sarif: screen.print([try SARIFReport.write(findings, version: Version.text)])
      }
      let fails = findings.contains { $0.rule.severity == .error || strict && $0.rule.severity == .warning }
      return fails ? ExitStatus.failed : .success
    }
  }
}
