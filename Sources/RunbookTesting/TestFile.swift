import Engine
import Foundation
import Synchronization
import Values

/// A file of tests in Lua.
package struct TestFile: Sendable {
  /// Its absolute path.
  package let path: String
  private let setting: TestSetting

  /// Describes a file by its absolute path.
  package init(path: String, setting: TestSetting) {
    self.path = path
    self.setting = setting
  }

  private var shown: String {
    path.hasPrefix(setting.folder + "/") ? String(path.dropFirst(setting.folder.count + 1)) : path
  }

  /// Executes the cases one after the other, each in a script of its own: none sees what another has left.
  ///
  /// - Throws: `CancellationError`.
  package func run(_ each: (TestOutcome) -> Void) async throws {
    let names: [String]
    do {
      let script = try await load(stage: TestStage(setting: setting, folder: folder)) { _ in }
      names = script.cases.map(\.name)
      await script.close()
      if names.isEmpty {
        throw Failure("test.none", "the file registers no test", hint: "add test(\"what it shows\", function() … end)")
      }
    } catch let failure as Failure {
      each(TestOutcome(file: shown, name: nil, failure: failure, output: [], seconds: 0))
      return
    }
    for name in names where isWanted(name) { each(try await run(name)) }
  }

  private func isWanted(_ name: String) -> Bool {
    guard let filter = setting.filter, !filter.isEmpty else { return true }
    return name.localizedCaseInsensitiveContains(filter) || shown.localizedCaseInsensitiveContains(filter)
  }

  private func run(_ name: String) async throws -> TestOutcome {
    let stage = TestStage(setting: setting, folder: folder)
    let output = Output()
    let start = ContinuousClock.now
    var failure: Failure?
    do {
      let script = try await load(stage: stage) { output.add($0) }
      if let test = script.cases.first(where: { $0.name == name }) {
        failure = try await TimeLimit(seconds: setting.timeLimit).run(test, of: script)
      } else {
        failure = Failure("test.gone", "the file did not register this test when it was loaded again")
      }
      await script.close()
    } catch let problem as Failure {
      failure = problem
    } catch {
      await stage.close()
      throw error
    }
    await stage.close()
    return TestOutcome(
      file: shown, name: name, failure: failure, output: output.lines,
      seconds: (ContinuousClock.now - start).seconds)
  }

  private var folder: String { URL(filePath: path).deletingLastPathComponent().path }

  private func load(stage: TestStage, say: @escaping @Sendable (String) -> Void) async throws -> TestScript {
    let text = try SourceFile.text(of: path)
    var modulePath = setting.modulePath
    modulePath.folders.insert(folder, at: 0)
    return try await TestScript.load(
      TestScript.Setting(
        file: path, text: text, modulePath: modulePath, folder: setting.folder,
        hostModules: StagedModules(stage: stage).all() + [SimulationModule(stage: stage).module],
        hosts: { stage.hosts },
        clock: stage.clock,
        coverage: setting.coverage, say: say))
  }

  /// What a case printed.
  private final class Output: Sendable {
    private let kept = Mutex<[String]>([])
    var lines: [String] { kept.withLock { $0 } }
    func add(_ line: String) { kept.withLock { $0.append(line) } }
  }
}

/// Ends a test that takes too long, in any state.
struct TimeLimit {
  /// Seconds.
  let seconds: Double

  /// Why a test failed; `nil` when it passed.
  ///
  /// - Throws: `CancellationError` when the caller ended it.
  func run(_ test: TestScript.Case, of script: TestScript) async throws -> Failure? {
    enum Ending: Sendable {
      case over(Failure?)
      case ended, late
    }
    return try await withThrowingTaskGroup(of: Ending.self) { group in
      group.addTask {
        do { return .over(try await script.run(test)) } catch is CancellationError { return .ended }
      }
      group.addTask {
        try? await Task.sleep(for: .bounded(seconds: seconds))
        return .late
      }
      defer { group.cancelAll() }
      switch try await group.next() {
      case .over(let failure)?: return failure
      case .late? where !Task.isCancelled:
        group.cancelAll()
        script.interrupt()
        return Failure(
          "test.too_long", "the test took longer than \(seconds.formatted()) s, and was ended", location: test.location,
          hint: "look for a loop without an end, or give it more time with --time-limit SECONDS")
      default: throw CancellationError()
      }
    }
  }
}

/// The outcome of a case, or of a file that could not be loaded.
package struct TestOutcome: Sendable {
  /// The file as the user knows it.
  package var file: String
  /// The case's name; `nil` for the file itself.
  package var name: String?
  /// Why it failed; `nil` when it passed.
  package var failure: Failure?
  /// What it printed.
  package var output: [String]
  /// How long it took, in seconds.
  package var seconds: Double

  /// Whether it passed.
  package var holds: Bool { failure == nil }
}

/// A test's own folder on this machine, for what runbooks read and write here. It is created when it is first needed.
final class FolderHere: Sendable {
  private let folder = Mutex<URL?>(nil)

  /// The absolute path of a file in it, which is written if there are contents.
  func location(_ name: String, contents: String?) throws -> String {
    guard !name.isEmpty, !name.contains("/"), name != ".", name != ".." else {
      throw Failure(.argument, "\"\(name)\" is not a file name", hint: "use a name without folders, such as new.yml")
    }
    do {
      let file = try made().appending(path: name)
      if let contents { try Data(contents.utf8).write(to: file) }
      return file.path
    } catch {
      throw Failure("test.unwritable", "the file \(name) can't be made here", cause: error.localizedDescription)
    }
  }

  private func made() throws -> URL {
    try folder.withLock { folder in
      if let folder { return folder }
      let new = FileManager.default.temporaryDirectory.appending(path: "runbook-test-\(UUID().uuidString)")
      try FileManager.default.createDirectory(
        at: new, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
      folder = new
      return new
    }
  }

  /// Removes it with all that is in it.
  func remove() {
    folder.withLock { folder in
      if let folder { try? FileManager.default.removeItem(at: folder) }
      folder = nil
    }
  }
}
