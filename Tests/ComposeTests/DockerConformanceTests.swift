import Compose
import Foundation
import Placement
import Testing
import Values

/// Compares with `docker stack config`, which merges and interpolates without an engine.
@Suite(
  "The Docker CLI reads compose files the same way",
  .enabled(if: DockerCLI.knowsStackConfig, "needs a docker command that knows stack config"))
struct DockerConformanceTests {
  static let groups: [[String]] = [
    [
      """
      version: "3.8"
      services:
        admin:
          image: repo/admin:${TAG:-1}
          ports: ["8443:443", "9000-9001:9000-9001/udp"]
          deploy: { placement: { constraints: ["node.labels.da-admin == true"] } }
        policy:
          image: repo/policy:${TAG}
          deploy: { mode: global }
      """,
      """
      version: "3.8"
      services:
        admin:
          image: ""
          ports: ["8443:443", "80:80"]
          deploy: { replicas: 2, placement: { constraints: ["node.role == manager"] } }
        extra: { image: "x:$EMPTY-y" }
      """,
      """
      version: "3.8"
      services:
        policy: { image: "other:$TAG-z", deploy: { mode: replicated, replicas: 0 } }
        extra: { image: "a$$b:${NONE-n}", ports: [{ target: 1, published: 2, protocol: udp, mode: host }] }
      """,
    ],
    [
      """
      version: "3.8"
      services:
        a: { image: one, deploy: { replicas: 3, placement: { constraints: [node.labels.x==1, node.labels.x==1] } } }
      """,
      """
      version: "3.8"
      services:
        a: { deploy: { placement: { constraints: [node.labels.x==1] } } }
      """,
    ],
  ]

  @Test("merged services have the same image, mode, constraints and ports", arguments: groups)
  func merged(texts: [String]) throws {
    let environment = ["TAG": "7", "EMPTY": ""]
    let folder = FileManager.default.temporaryDirectory.appending(path: "compose-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    var options: [String] = []
    for (index, text) in texts.enumerated() {
      let file = folder.appending(path: "\(index).yml")
      try text.write(to: file, atomically: true, encoding: .utf8)
      options += ["-c", file.path]
    }
    let result = try DockerCLI.run(["stack", "config"] + options, environment: environment)
    try #require(result.status == 0)
    let ours = try ComposeStack.merge(
      try texts.enumerated().map { try ComposeFile.parse(text: $1, file: "\($0)") }, environment: environment)
    // What the CLI prints is interpolated already, so its dollar signs stand for themselves.
    let theirs = try ComposeStack.merge([
      try ComposeFile.parse(
        text: result.output.replacing("$", with: "$$").replacing("$$$$", with: "$$"), file: "config")
    ])
    #expect(ours.services.map(\.name) == theirs.services.map(\.name))
    for (our, their) in zip(ours.services, theirs.services) {
      #expect(our.image == their.image)
      #expect(our.mode == their.mode)
      #expect(our.constraints.map(\.description) == their.constraints.map(\.description))
      #expect(Set(our.ports) == Set(their.ports))
    }
  }
}
