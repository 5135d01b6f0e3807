import Conformance
import TestSupport
import Testing

@Suite("The modelled engine beside the real one", .usualTimeLimit)
struct ConformanceTests {
  @Test("does what a real engine did", arguments: Story.all)
  func sameAsReal(_ story: Story) async throws {
    let site = try ModelSite()
    let told = try await story.transcript(on: site)
    await site.fleet.close()
    #expect(told == story.expected, "\(story.name)")
  }
}
