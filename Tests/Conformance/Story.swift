import DockerEngine
import Values

/// One thing that engines are asked to do, and what must come of it. Expectations are what a real engine did.
package struct Story: Sendable {
  /// What it is about.
  package let name: String
  /// What the transcript must be.
  package let expected: [String]
  private let tell: @Sendable (any EngineSite, Transcript) async throws -> Void

  init(
    _ name: String, _ tell: @escaping @Sendable (any EngineSite, Transcript) async throws -> Void, expected: [String]
  ) {
    self.name = name
    self.expected = expected
    self.tell = tell
  }

  /// Does it, and gives what came of it.
  package func transcript(on site: some EngineSite) async throws -> [String] {
    let transcript = Transcript()
    try await tell(site, transcript)
    return transcript.lines
  }

  /// All of them. Each wants engines in no swarm.
  package static let all: [Story] = [
    noSwarm, joining, nodes, settings, locking, placing, changing, telling, leaving, majority,
  ]
}
