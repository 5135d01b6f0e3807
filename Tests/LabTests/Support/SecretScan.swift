import Foundation
import Testing

/// Looks for a swarm's join token where it must not be.
struct SecretScan: Sendable {
  /// The whole token.
  let token: String
  /// Its part that lets a node in.
  let secret: String

  /// For the token that lets workers into the swarm of da1.
  init(_ lab: Lab) async throws {
    token = try await lab.docker(on: "da1", "swarm", "join-token", "--quiet", "worker")
      .trimmingCharacters(in: .whitespacesAndNewlines)
    try #require(token.hasPrefix("SWMTKN-1-"))
    secret = try #require(token.split(separator: "-").last.map(String.init))
  }

  /// Expects it neither in what executions printed, nor in what the person has kept (journal, logs), nor in the arguments
  /// of any process that was seen meanwhile, here or on a host.
  func expectNothing(in endings: [Ending], seen: Set<String>, kept person: Operator) throws {
    // What was seen is worth something only where it includes both ends' processes.
    #expect(seen.contains { $0.contains("ssh -F") })
    #expect(seen.contains { $0.hasPrefix("docker --host unix:///var/run/docker.sock s") })
    #expect(!seen.contains { $0.contains(secret) })
    for ending in endings { #expect(!(ending.output + ending.errors).contains(secret)) }

    let files = try FileManager.default.subpathsOfDirectory(atPath: person.folder.path)
      .map { person.folder.appending(path: $0) }
    var kept = 0
    for file in files where (try? file.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile) == true {
      let bytes = try Data(contentsOf: file)
      kept += bytes.count
      #expect(bytes.range(of: Data(secret.utf8)) == nil, "\(file.lastPathComponent)")
      #expect(bytes.range(of: Data(Data(token.utf8).base64EncodedString().utf8)) == nil, "\(file.lastPathComponent)")
    }
    #expect(kept > 10_000)
  }
}
