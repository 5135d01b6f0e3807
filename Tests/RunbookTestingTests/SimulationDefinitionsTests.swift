import Foundation
import RunbookTesting
import TestSupport
import Testing

@Suite("The definitions of what tests have", .usualTimeLimit)
struct SimulationDefinitionsTests {
  @Test("the file for editors is the one that the module's description makes")
  func current() throws {
    let file = URL(filePath: #filePath).appending(path: "../../../stdlib/meta/simulation.lua").standardized
    if ProcessInfo.processInfo.environment["RUNBOOK_WRITE_DEFINITIONS"] != nil {
      try SimulationDefinitions.text.write(to: file, atomically: true, encoding: .utf8)
    }
    let isCurrent = try String(contentsOf: file, encoding: .utf8) == SimulationDefinitions.text
    #expect(isCurrent, "it is outdated: RUNBOOK_WRITE_DEFINITIONS=1 swift test --filter Definitions")
  }
}
