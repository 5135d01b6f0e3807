import Foundation
import RunbookTesting
import Testing

@Suite("The definitions of what tests have")
struct RehearsalDefinitionsTests {
  @Test("the file for editors is the one that the module's description makes")
  func current() throws {
    let file = URL(filePath: #filePath).appending(path: "../../../stdlib/meta/rehearsal.lua").standardized
    if ProcessInfo.processInfo.environment["RUNBOOK_WRITE_DEFINITIONS"] != nil {
      try RehearsalDefinitions.text.write(to: file, atomically: true, encoding: .utf8)
    }
    let isCurrent = try String(contentsOf: file, encoding: .utf8) == RehearsalDefinitions.text
    #expect(isCurrent, "it is outdated: RUNBOOK_WRITE_DEFINITIONS=1 swift test --filter Definitions")
  }
}
