import Compose
import Fuzzing
import Placement
import TestSupport
import Testing
import Values

@Suite("No text brings the compose reader down", .usualTimeLimit)
struct FuzzTests {
  @Test("generated files with a few bytes changed")
  func changed() throws {
    let alphabet = Array("[]{}:,-?&*!|>'\"%@`#<~= \n\r\tab109_$\u{0}\u{85}é".utf8)
    let dialects: [ComposeDialect] = [.any, .docker20, .docker26, .docker28]
    try Fuzz("compose files", cases: 2_000).run { random in
      var writer = ComposeFileWriter(seed: random.next())
      let texts = writer.files().map {
        String(decoding: random.mutate(Array($0.utf8), alphabet: alphabet), as: UTF8.self)
      }
      let dialect = dialects.randomElement(using: &random) ?? .any
      do {
        let files = try texts.enumerated().map { try ComposeFile.parse(text: $1, file: "\($0).yml", dialect: dialect) }
        let stack = try ComposeStack.merge(files, environment: ["TAG": "7"], dialect: dialect)
        let nodes = (1...3).map { NodeFacts(name: "n\($0)", role: $0 == 1 ? "manager" : "worker") }
        _ = PlacementCheck(nodes: nodes).findings(for: stack.services).map(\.failure)
        return true
      } catch let failure as Failure {
        try demand(failure.code.rawValue.hasPrefix("compose."), "\(failure)")
        try demand(failure.location != nil, "no place: \(failure)")
        return false
      }
    }
  }
}
