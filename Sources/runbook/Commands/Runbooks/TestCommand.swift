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

/// Finds test files: those named, and those below named folders.
struct TestFinder {
  let folder: String

  /// What the name of a test file ends with.
  static let ending = "_test.lua"

  /// The absolute paths, in the order they were named, each once.
  func files(_ names: [String]) throws -> [String] {
    var found: [String] = []
    for name in names.isEmpty ? [folder] : names {
      let path = URL(filePath: name.hasPrefix("/") ? name : "\(folder)/\(name)").standardized.path
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
        throw Failure(
          "test.missing", "there is no file or folder \"\(name)\"",
          hint: "name test files, or folders with files called …\(Self.ending)")
      }
      found += isFolder.boolValue ? below(path) : [path]
    }
    guard !found.isEmpty else {
      throw Failure(
        "test.missing", "no tests found", hint: "put tests into files called …\(Self.ending) beside the runbook")
    }
    return found.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }

  /// Hidden folders are left out, such as those of build products.
  private func below(_ path: String) -> [String] {
    let all = FileManager.default.enumerator(
      at: URL(filePath: path), includingPropertiesForKeys: nil, options: [.skipsHiddenFiles])
    return (all?.compactMap { ($0 as? URL)?.path } ?? []).filter { $0.hasSuffix(Self.ending) }.sorted()
  }
}

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

/// Tests for people: each as it ends, with the text of a failure.
struct PlainTestReport: TestReport {
  private let screen: Screen
  private let lines: TestLines
  private let folder: String
  private var file: String?
  private var held = 0
  private var failed = 0
  private var seconds = 0.0

  init(screen: Screen, folder: String) {
    self.screen = screen
    self.folder = folder
    lines = TestLines(style: screen.style, columns: screen.columns)
  }

  mutating func tell(_ outcome: TestOutcome) {
    if outcome.file != file { screen.print(lines.file(outcome.file)) }
    file = outcome.file
    if outcome.holds { held += 1 } else { failed += 1 }
    seconds += outcome.seconds
    screen.print(
      lines.outcome(
        outcome.name ?? "the file is loaded", seconds: outcome.seconds, failure: outcome.failure,
        output: outcome.output, sources: sources(of: outcome.failure)))
  }

  mutating func close() { screen.print(lines.total(held: held, failed: failed, seconds: seconds)) }

  /// The files that a failure points into.
  private func sources(of failure: Failure?) -> SourceText {
    var sources = SourceText()
    for place in [failure?.location].compactMap(\.self) {
      let path = place.file.hasPrefix("/") ? place.file : "\(folder)/\(place.file)"
      if let text = try? String(contentsOfFile: path, encoding: .utf8) { sources.add(text, as: place.file) }
    }
    return sources
  }
}
