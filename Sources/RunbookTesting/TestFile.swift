import Engine
import Foundation
import Synchronization
import Values

/// A file of tests in Lua.
public struct TestFile: Sendable {
  /// Its absolute path.
  public let path: String
  private let setting: TestSetting

  /// Describes a file by its absolute path.
  public init(path: String, setting: TestSetting) {
    self.path = path
    self.setting = setting
  }

  private var shown: String {
    path.hasPrefix(setting.folder + "/") ? String(path.dropFirst(setting.folder.count + 1)) : path
  }

  /// Executes the cases one after the other, each in a script of its own: none sees what another has left.
  ///
  /// - Throws: `CancellationError`.
  public func run(_ each: (TestOutcome) -> Void) async throws {
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
