import Compose
import Foundation
import PinnedTools
import Placement
import TestSupport
import Testing
import Values

@Suite(
  "Docker's clients and our reader take, refuse and merge the same compose files", .usualTimeLimit,
  .enabled(if: DockerCLI.areExpected, Comment(rawValue: DockerCLI.obstacle)))
struct ComposeDifferentialTests {
  private static let environment = [
    "TAG": "7", "EMPTY": "", "N": "3", "YES": "yes", "WORD": "word", "HEX": "0x10",
    "HEXP": "0x1p4", "UND": "1_0", "NEG": "-3", "ONE": "1", "INF": "inf", "BIG": "99999999999999999999",
  ]

  /// Whether our reader takes files as far as `docker stack config` would: it looks no further than the schema.
  private func ours(_ texts: [String], _ dialect: ComposeDialect) -> Result<ComposeStack?, Failure> {
    do {
      let files = try texts.enumerated().map { try ComposeFile.parse(text: $1, file: "\($0).yml", dialect: dialect) }
      return .success(try ComposeStack.merge(files, environment: Self.environment, dialect: dialect))
    } catch let failure as Failure {
      let all = [failure] + failure.related
      let isLater = all.allSatisfy { ["compose.not_deployable", "compose.bad_constraint"].contains($0.code.rawValue) }
      return isLater ? .success(nil) : .failure(all.first { $0.code != "compose.not_deployable" } ?? failure)
    } catch { return .success(nil) }
  }

  /// Compares one set of files, and gives whether the client takes it.
  private func compare(_ texts: [String], _ cli: DockerCLI, in folder: URL) throws -> Bool {
    var paths: [String] = []
    for (index, text) in texts.enumerated() {
      let file = folder.appending(path: "\(index).yml")
      try Data(text.utf8).write(to: file)
      paths.append(file.path)
    }
    let reading = try cli.read(paths, environment: Self.environment)
    switch (reading, ours(texts, cli.dialect)) {
    case (.refused, .failure): return false
    case (.refused(let words), .success):
      Issue.record("only ours takes, \(cli) says \(words): \(texts)")
      return false
    case (.taken, .failure(let failure)):
      Issue.record("only \(cli) takes, ours says \(failure): \(texts)")
      return true
    case (.taken(let output), .success(let stack)):
      guard let output, let stack else { return true }
      // What the client prints has its variables replaced, so its dollar signs are literal.
      guard let theirs = try merged(output.replacing("$", with: "$$"), cli, in: folder) else { return true }
      #expect(stack.services.map(\.name) == theirs.services.map(\.name), "\(cli): \(texts)")
      for (our, their) in zip(stack.services, theirs.services) {
        #expect(
          our.image ?? "" == their.image ?? "" && our.mode == their.mode && our.maxPerNode == their.maxPerNode
            && our.constraints.map(\.description) == their.constraints.map(\.description)
            && our.reservedMemory.rounded() == their.reservedMemory.rounded() && our.reservedCPUs == their.reservedCPUs
            && Set(our.ports) == Set(their.ports), "\(cli) gives \(their), ours \(our): \(texts)")
      }
      return true
    }
  }

  /// What the client printed, read by us; `nil` where it would not take it itself: it prints other things, too.
  private func merged(_ output: String, _ cli: DockerCLI, in folder: URL) throws -> ComposeStack? {
    do {
      return try ComposeStack.merge(
        [ComposeFile.parse(text: output, file: "config", dialect: cli.dialect)], dialect: cli.dialect)
    } catch {
      let file = folder.appending(path: "config.yml")
      try Data(output.utf8).write(to: file)
      guard case .refused = try cli.read([file.path], environment: [:]) else { throw error }
      return nil
    }
  }

  private func compareAll(_ sets: [[String]], _ cli: DockerCLI, _ kind: String) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "compose-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    var taken = 0
    for texts in sets {
      do { if try compare(texts, cli, in: folder) { taken += 1 } } catch let crash as DockerCLI.Crash {
        Issue.record(crash, "leave this file out: \(texts)")
      }
    }
    print("compose: docker \(cli): \(sets.count) \(kind), \(taken) taken")
  }

  @Test("files by hand", arguments: DockerCLI.allCases)
  func byHand(cli: DockerCLI) throws { try compareAll(ComposeCases.all, cli, "sets by hand") }

  @Test("values by hand", arguments: DockerCLI.allCases)
  func values(cli: DockerCLI) throws { try compareAll(ComposeValueCases.all, cli, "values by hand") }

  @Test("generated files", arguments: DockerCLI.allCases)
  func generated(cli: DockerCLI) throws {
    let sets = (0..<300 as Range<UInt64>).map { seed in
      var writer = ComposeFileWriter(seed: 20_261_130 + seed)
      return writer.files()
    }
    try compareAll(sets, cli, "generated sets")
  }
}
