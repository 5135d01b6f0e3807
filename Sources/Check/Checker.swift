import Engine
import LuaSyntax
import Values

/// Checks runbooks and their modules without running them.
package struct Checker {
  private let vocabulary: Vocabulary
  /// The same for test files.
  private let testVocabulary: Vocabulary
  private let find: (String, CheckedText) throws -> CheckedText?

  /// - Parameters:
  ///   - modules: The host modules; only their descriptions are used.
  ///   - testModules: What test files (`…_test.lua`) have besides them.
  ///   - find: The text of the module of that name for a runbook; `nil` if there is none.
  package init(
    modules: [HostModule], testModules: [HostModule] = [],
    find: @escaping (String, CheckedText) throws -> CheckedText?
  ) {
    vocabulary = Vocabulary(modules: modules)
    testVocabulary = Vocabulary(modules: modules + testModules, more: ["test"])
    self.find = find
  }

  /// What is wrong with these files and with the modules that they require, in the order of files and lines.
  ///
  /// Each file is checked with its own modules, as when it runs; a finding in a module that several use is reported
  /// once.
  package func check(_ texts: [CheckedText]) throws -> [Finding] {
    let findings = Findings()
    var order: [String: Int] = [:], suppressions: [String: Suppressions] = [:]
    for text in texts {
      let isTest = text.file.hasSuffix("_test.lua")
      let program = Program(isTest ? testVocabulary : vocabulary)
      order[text.file] = order[text.file] ?? order.count
      _ = try add(text, of: text, to: program, findings)
      program.inferParameters()
      ModuleRules(program: program, findings: findings).check()
      let graph = CallGraph(program)
      NameRules(program: program, findings: findings).check()
      ArgumentRules(program: program, findings: findings).check()
      if !isTest {
        // A test may call anything, and has no steps.
        LocationRules(program: program, graph: graph, findings: findings).check()
        StepNameRules(program: program, findings: findings).check()
        StepVariableRules(program: program, graph: graph, findings: findings).check()
        UndoRules(program: program, graph: graph, findings: findings).check()
        ParameterRules(program: program, findings: findings).check()
      }
      SecretRules(program: program, findings: findings).check()
      LeftoverRules(program: program, findings: findings).check()
      for file in program.files {
        order[file.name] = order[file.name] ?? order.count
        suppressions[file.name] = Suppressions(file, findings)
      }
    }
    return findings.all.filter { suppressions[$0.file]?.cover($0) != true }.sorted {
      (order[$0.file] ?? -1, $0.range.start, $0.rule.id) < (order[$1.file] ?? -1, $1.range.start, $1.rule.id)
    }
  }

  /// What steps leave in variables, in this runbook and its modules: see ``Rule/setInStep``. A file that can't be read as
  /// Lua is passed over.
  package func checkStepVariables(_ text: CheckedText) throws -> [Finding] {
    let findings = Findings(), unread = Findings()
    let program = Program(vocabulary)
    _ = try add(text, of: text, to: program, unread)
    program.inferParameters()
    StepVariableRules(program: program, graph: CallGraph(program), findings: findings).check()
    let suppressions = Dictionary(
      program.files.map { ($0.name, Suppressions($0, unread)) }, uniquingKeysWith: { first, _ in first })
    return findings.all.filter { suppressions[$0.file]?.cover($0) != true }
  }

  /// Reads a file and the modules that it requires; each once.
  private func add(
    _ text: CheckedText, of runbook: CheckedText, to program: Program, _ findings: Findings
  ) throws -> Int? {
    if let known = program.files.firstIndex(where: { $0.name == text.file }) { return known }
    let source = LuaSource(text.text)
    let chunk: Chunk
    do throws(LuaSyntaxError) { chunk = try Chunk(source) } catch {
      findings.add(.syntax, error.range, in: text.file, source, error.message)
      return nil
    }
    let file = CheckedFile(name: text.file, source: source, chunk: chunk)
    let index = program.add(file)
    for call in file.facts.calls where program.path(call.callee) == "require" && call.method == nil {
      guard case .string(let name)? = call.arguments.first?.kind, program.modules[name] == nil else { continue }
      guard let module = try find(name, runbook) else {
        findings.add(
          .missingModule, call.arguments[0].range, in: file, "there is no module \"\(name)\"",
          hint: "put a file into ./stdlib, or name a shipped module")
        continue
      }
      program.modules[name] = try add(module, of: runbook, to: program, findings)
    }
    return index
  }
}

/// A file that was read, with its facts.
final class CheckedFile {
  let name: String
  let source: LuaSource
  let chunk: Chunk
  let facts: FileFacts

  init(name: String, source: LuaSource, chunk: Chunk) {
    (self.name, self.source, self.chunk) = (name, source, chunk)
    facts = FactCollector(chunk).facts
  }

  func line(_ range: SourceRange) -> Int { source.line(of: range.start) }
}

/// A Lua file to check.
package struct CheckedText: Sendable, Hashable {
  /// The file, as the user would name it.
  package var file: String
  /// Its text.
  package var text: String

  package init(file: String, text: String) {
    self.file = file
    self.text = text
  }
}
