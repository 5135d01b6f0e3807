import Conformance
import DockerEngine
import Testing

extension RealEngines {
  /// The other half of SimulationTests' `ConformanceTests`: the same stories, on real engines.
  @Suite("Conformance")
  struct ConformanceTests {
    @Test("real engines do what the modelled ones are held to", arguments: Story.all)
    func real(_ story: Story) async throws {
      try await Appliances.with(2) { lab in
        let told = try await story.transcript(on: lab)
        #expect(told == story.expected, "\(story.name)")
      }
    }
  }
}

extension Appliances: EngineSite {
  func setEngine(of host: String, isRunning: Bool) async throws {
    try await fault(isRunning ? "engine-start" : "engine-stop", host)
  }
}
