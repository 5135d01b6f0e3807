import ArgumentParser
import Check
import Engine
import Foundation
import HostModules
import LocalFiles
import Presentation
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

/// The files that `runbook check` looks at.
struct CheckedSources {
  let texts: [CheckedText]
  /// The files on disk, by the names that findings give them.
  private let paths: [String: String]
  private let folder: String
  private let shared = SharedFolders()

  /// Finds and reads the runbooks; without names, those of `./runbooks`, or else the shipped ones.
  init(named names: [String], folder: String = FileManager.default.currentDirectoryPath) throws {
    self.folder = folder
    let finder = RunbookFinder(folder: folder, shared: shared)
    let found = try names.isEmpty ? Self.all(folder, shared) : names.map { try finder.path(of: $0) }
    guard !found.isEmpty else {
      throw Failure("check.no_runbooks", "there are no runbooks in \(folder)/runbooks", hint: "name the files to check")
    }
    var texts: [CheckedText] = [], paths: [String: String] = [:]
    for path in found where paths[Self.shown(path, folder)] == nil {
      texts.append(CheckedText(file: Self.shown(path, folder), text: try InputFile(path).text()))
      paths[Self.shown(path, folder)] = path
    }
    (self.texts, self.paths) = (texts, paths)
  }

  /// The warnings about files that others can change: a run refuses them.
  func exposures() throws -> [String] {
    try paths.sorted { $0.key < $1.key }.compactMap { name, path in
      try FileExposure.find(onTheWayTo: path).map {
        "a run would refuse \(name): others can change it (\($0.words)); \($0.remedy)"
      }
    }
  }

  /// The module of that name, as the runbook would find it: beside it, then in ``ModuleFolders``.
  func module(_ name: String, of runbook: CheckedText) throws -> CheckedText? {
    let own = URL(filePath: paths[runbook.file] ?? runbook.file).deletingLastPathComponent().path
    let places = ModulePath(folders: [own] + ModuleFolders(folder: folder, shared: shared).all)
    return try places.find(name).map { CheckedText(file: Self.shown($0.path, folder), text: $0.text) }
  }

  /// Carries out the fixes in the files that were asked for, and gives their number.
  func mend(_ findings: [Finding]) throws -> Int {
    var count = 0
    for text in texts {
      let (mended, fixes) = Fixes.apply(findings, to: text)
      guard fixes > 0, let path = paths[text.file] else { continue }
      let file = URL(filePath: path).resolvingSymlinksInPath().path
      let mode = try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? NSNumber
      try DurableFile.replace(Array(mended.utf8), at: file, mode: mode?.uint16Value ?? 0o644)
      count += fixes
    }
    return count
  }

  /// Relative to the folder that the person is in, where it is below it.
  private static func shown(_ path: String, _ folder: String) -> String {
    path.hasPrefix(folder + "/") ? String(path.dropFirst(folder.count + 1)) : path
  }

  private static func all(_ folder: String, _ shared: SharedFolders) -> [String] {
    for place in ["\(folder)/runbooks", shared.runbooks].compactMap({ $0 }) {
      let names = (try? FileManager.default.contentsOfDirectory(atPath: place)) ?? []
      let runbooks = names.filter { $0.hasSuffix(".lua") }.sorted()
      if !runbooks.isEmpty { return runbooks.map { "\(place)/\($0)" } }
    }
    return []
  }
}

extension RunSource {
  /// Refuses a runbook whose steps leave something in variables: a resumed run would take another way than this one.
  func checkStepVariables() throws {
    let sources = try CheckedSources(named: [runbookPath])
    guard let text = sources.texts.first else { return }
    let checker = Checker(modules: try HostModules.described(), find: sources.module)
    let failures = try checker.checkStepVariables(text).map { finding in
      Failure(
        "runbook.set_in_step", finding.message, location: SourceLocation(file: finding.file, line: finding.line),
        hint: finding.hint)
    }
    guard var failure = failures.first else { return }
    failure.related = Array(failures.dropFirst().prefix(20))
    throw failure
  }
}

extension SourceText {
  /// The Lua files on the disk that a failure points into. For one that ended a command before a run could keep its
  /// files.
  init(scriptsOf failure: Failure) {
    self.init()
    for file in Set(failure.scriptLocations.map(\.file)) where file.hasSuffix(".lua") {
      guard let data = FileManager.default.contents(atPath: file), let text = String(validating: data, as: UTF8.self)
      else { continue }
      add(text, as: file)
    }
  }
}
