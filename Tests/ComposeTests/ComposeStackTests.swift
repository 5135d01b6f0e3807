import Compose
import Placement
import Testing
import Values

@Suite("Compose files")
struct ComposeStackTests {
  private func stack(_ texts: String..., environment: [String: String] = [:]) throws(Failure) -> ComposeStack {
    var files: [ComposeFile] = []
    for (index, text) in texts.enumerated() { files.append(try ComposeFile.parse(text: text, file: "\(index).yml")) }
    return try ComposeStack.merge(files, environment: environment)
  }

  @Test("a file gives services with image, mode, constraints and ports")
  func read() throws {
    let stack = try stack(
      """
      version: "3.8"
      x-base: &base
        deploy: { placement: { constraints: [node.role == manager] } }
      services:
        policy:
          image: repo/policy:1
          deploy: { mode: global }
        admin:
          <<: *base
          image: repo/admin:1
          ports: ["8443:443", "9000-9001:9000-9001/udp", 80]
        accesspoint:
          image: repo/ap:1
          deploy: { replicas: 3 }
          ports:
            - { target: 443, published: 443, mode: host }
      """)
    #expect(stack.services.map(\.name) == ["accesspoint", "admin", "policy"])
    #expect(stack.services[0].mode == .replicated(3))
    #expect(stack.services[0].ports == [ComposePort(target: 443, published: 443, isHostMode: true)])
    #expect(stack.services[1].constraints.map(\.description) == ["node.role == manager"])
    #expect(stack.services[1].location == SourceLocation(file: "0.yml", line: 8))
    #expect(
      stack.services[1].ports == [
        ComposePort(target: 80), ComposePort(target: 443, published: 8443),
        ComposePort(target: 9000, published: 9000, transport: "udp"),
        ComposePort(target: 9001, published: 9001, transport: "udp"),
      ])
    #expect(stack.services[2].mode == .global)
    #expect(stack.services[2].image == "repo/policy:1")
  }

  @Test("a later file wins in single values, adds its constraints, and may add services")
  func merge() throws {
    let stack = try stack(
      "services: { a: { image: one, deploy: { replicas: 2, placement: { constraints: [node.labels.x == 1] } } } }",
      "services: { a: { deploy: { mode: '', placement: { constraints: [node.role == worker] } } }, b: { image: b } }",
      "services: { a: { image: two, deploy: { replicas: 0 } } }")
    #expect(stack.services.map(\.name) == ["a", "b"])
    #expect(stack.services[0].image == "two")
    #expect(stack.services[0].mode == .replicated(0))
    #expect(stack.services[0].constraints.map(\.description) == ["node.labels.x == 1", "node.role == worker"])
    #expect(stack.services[0].constraints.map(\.location?.file) == ["0.yml", "1.yml"])
  }

  @Test(
    "variables are replaced as Docker's CLI does",
    arguments: [
      ("${TAG}", "7"), ("$TAG", "7"), ("r:${TAG:-1}", "r:7"), ("r:${NONE:-1}", "r:1"), ("r:${EMPTY:-1}", "r:1"),
      ("r:${EMPTY-1}", "r:"), ("r:${NONE-1}", "r:1"), ("a$$b", "a$b"), ("$$TAG", "$TAG"), ("${TAG}${TAG}", "77"),
      ("r:${NONE:-a/b:c}", "r:a/b:c"), ("$TAG:x", "7:x"), ("${TAG:?need}", "7"), ("${NONE-}", ""), ("$NONE-x", "x"),
      ("$TAG.x", "7.x"),
    ])
  func variables(text: String, result: String) throws {
    let stack = try stack(
      "services: { a: { image: '\(text)' } }", environment: ["TAG": "7", "EMPTY": ""])
    #expect((stack.services.first?.image ?? "") == result)
    #expect(stack.warnings.isEmpty)
  }

  @Test("a variable that is not set is empty, and told once")
  func unset() throws {
    let stack = try stack("services: { a: { image: 'r:${TAG}' }, b: { image: 'q:$TAG' } }")
    #expect(stack.services.map(\.image) == ["r:", "q:"])
    #expect(stack.warnings.map(\.code) == ["compose.unset_variable"])
    #expect(stack.warnings.first?.message.contains("'TAG'") == true)
  }

  @Test(
    "what Docker can't read as a variable is refused",
    arguments: [
      "$", "a $ b", "${", "${}", "${1}", "${A", "$1", "${A!b}", "${NONE:?no}", "${NONE?no}",
    ])
  func badVariables(text: String) throws {
    let failure = try #require(throws: Failure.self) { try stack("services: { a: { image: '\(text)' } }") }
    #expect(failure.code == "compose.bad_variable")
    #expect(failure.location == SourceLocation(file: "0.yml", line: 1))
  }

  @Test(
    "wrong shapes are refused with their line",
    arguments: [
      ("services: []", 1), ("services:\n  a: text", 2), ("services:\n  a:\n", 2),
      ("services:\n  a:\n    deploy: 3", 3), ("services:\n  a:\n    deploy:\n      mode: often", 4),
      ("services:\n  a:\n    deploy: { replicas: many }", 3), ("services:\n  a:\n    deploy: { replicas: -1 }", 3),
      ("services:\n  a:\n    ports: 80", 3),
      ("services:\n  a:\n    ports:\n      - { published: 1 }", 4),
      ("services:\n  a:\n    deploy: { placement: { constraints: node.role } }", 3),
      ("services:\n  a:\n    image: [x]", 3),
    ])
  func shapes(text: String, line: Int) throws {
    let failure = try #require(throws: Failure.self) { try stack(text) }
    #expect(["compose.invalid", "compose.not_deployable"].contains(failure.code))
    #expect(failure.location == SourceLocation(file: "0.yml", line: line))
    #expect(failure.hint != nil)
  }

  @Test("a port that is not understood is refused", arguments: ["x", "1-2:3-6", "80:70000", "80/x", "1:2:3:4"])
  func oddPorts(text: String) throws {
    let failure = try #require(throws: Failure.self) {
      try stack("services: { a: { image: i, ports: ['\(text)', 80] } }")
    }
    #expect(failure.code == "compose.invalid" && failure.message.contains("services.a.ports.0"))
  }

  @Test("all that is wrong is told at once")
  func together() throws {
    let failure = try #require(throws: Failure.self) {
      try stack("services:\n  a: { image: '$' }\n  b: { deploy: { placement: { constraints: [x] } } }\n  c: 4\n")
    }
    #expect(
      [failure.code] + failure.related.map(\.code) == [
        "compose.bad_variable", "compose.bad_constraint", "compose.invalid",
      ])
  }

  @Test("a file without content or without a mapping is refused", arguments: ["", "# x", "[]", "text"])
  func noFile(text: String) throws {
    let failure = try #require(throws: Failure.self) { try stack(text) }
    #expect(failure.code == "compose.invalid")
  }
}
