import ArgumentParser
import Engine
import Foundation
import LuaVM
import Presentation
import RunbookTesting
import Values

/// `runbook test`
struct TestCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "test", abstract: "Run tests of runbooks, written in Lua, in simulated worlds.",
    discussion: """
      Tests are in files called …_test.lua, beside the runbook. No real host is touched. Exit code 0 means that all \
      passed, 1 that some failed.
      """)

  /// How the outcome is reported.
  enum Format: String, ExpressibleByArgument, CaseIterable {
    case plain, tap, junit
  }

  @Argument(
    help: "Test files, or folders (default: the current folder).", completion: .file(extensions: ["lua"]))
  var files: [String] = []

  @Option(help: "Only tests with this text in their name or their file's name.")
  var filter: String?

  @Option(help: "plain, tap (Test Anything Protocol) or junit (XML).")
  var format = Format.plain

  @Option(
    name: [.short, .long], help: "Write to this file instead of to the terminal, in the format tap or junit.",
    completion: .file())
  var output: String?

  @Option(
    parsing: .unconditional, help: ArgumentHelp("How many seconds each test may take.", valueName: "seconds"))
  var timeLimit: Double = 300

  @Flag(help: "Show at the end which lines of runbooks and modules were not executed.")
  var coverage = false

  @OptionGroup var options: GlobalOptions

  func run() async throws {
    try await CommandFailure.reported(options) {
      let folder = FileManager.default.currentDirectoryPath, shared = SharedFolders()
      var setting = TestSetting(
        modulePath: ModulePath(folders: ModuleFolders(folder: folder, shared: shared).all), folder: folder,
        filter: filter, timeLimit: timeLimit
      ) { name, folder in
        let beside = "\(folder)/\(name)"
        if FileManager.default.fileExists(atPath: beside) { return URL(filePath: beside).standardized.path }
        return try RunbookFinder(folder: FileManager.default.currentDirectoryPath, shared: shared).path(of: name)
      }
      let executed = LineCoverage()
      if coverage { setting.coverage = executed }
      var count = 0, failed = 0
      var text = ""
      let write: (String) -> Void = { line in
        if output == nil { FileHandle.standardOutput.write(Data((line + "\n").utf8)) } else { text += line + "\n" }
      }
      var report: any TestReport =
        switch format {
        case .plain: PlainTestReport(screen: Screen(options), folder: folder)
        case .tap: TAPReport(write: write)
        case .junit: JUnitReport(write: write)
        }
      for file in try TestFinder(folder: folder).files(files) {
        try await TestFile(path: file, setting: setting).run { outcome in
          count += 1
          if !outcome.holds { failed += 1 }
          report.tell(outcome)
        }
      }
      guard count > 0 else {
        throw Failure(
          "test.missing", "no test has \"\(filter ?? "")\" in its name", hint: "leave out --filter to run all")
      }
      report.close()
      if coverage { tell(TestCoverage(coverage: executed, folder: folder).lines) }
      if let output { try OutputFile(output).write(text) }
      return failed == 0 ? .success : ExitStatus.failed
    }
  }

  /// Where it does not disturb the format.
  private func tell(_ coverage: [String]) {
    let lines = ["", "Lines of Lua that were executed:"] + coverage
    let text = lines.map { (format == .tap ? "# \($0)" : $0) + "\n" }.joined()
    (format == .junit ? FileHandle.standardError : .standardOutput).write(Data(text.utf8))
  }

  func validate() throws {
    if timeLimit <= 0 || !NumberBounds.duration.contains(timeLimit) {
      throw ValidationError("--time-limit must be a number of seconds, more than 0")
    }
    if output != nil, format == .plain { throw ValidationError("--output needs --format tap or --format junit") }
  }
}
