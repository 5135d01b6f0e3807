import Compose
import Placement
import TestSupport
import Testing
import Values

@Suite("Compose files", .usualTimeLimit)
struct ComposeStackTests {
  private func stack(
    _ texts: String..., environment: [String: String] = [:], dialect: ComposeDialect = .any
  ) throws(Failure) -> ComposeStack {
    var files: [ComposeFile] = []
    for (index, text) in texts.enumerated() {
      files.append(try ComposeFile.parse(text: text, file: "\(index).yml", dialect: dialect))
    }
    return try ComposeStack.merge(files, environment: environment, dialect: dialect)
  }

  // Held to the clients themselves by ``ComposeDifferentialTests``, where they are there.
  @Test("what is written twice in one mapping counts as the manager's own client takes it: the last one, or not at all")
  func twice() throws {
    let deployTwice = """
      version: "3.8"
      services:
        web:
          image: nginx:1
          deploy:
            replicas: 2
          environment: [A=1]
          deploy:
            placement: { constraints: ["node.labels.zone == a"] }
      """
    let mergedTwice = """
      version: "3.8"
      x-env: &env { environment: { A: "1" } }
      x-dep: &dep { deploy: { replicas: 3 } }
      services:
        web:
          image: nginx:1
          <<: *env
          <<: *dep
      """
    let documents = "version: \"3.8\"\nservices: { web: { image: a } }\n---\nservices: { other: { image: b } }\n"
    for dialect in [ComposeDialect.docker20, .docker26] {
      let last = try stack(deployTwice, dialect: dialect).services[0]
      #expect(last.mode == .replicated(1) && last.constraints.map(\.description) == ["node.labels.zone == a"])
      #expect(try stack(mergedTwice, dialect: dialect).services[0].mode == .replicated(3))
      #expect(try stack(documents, dialect: dialect).services.map(\.name) == ["web"])
    }
    for text in [deployTwice, mergedTwice] {
      let failure = #expect(throws: Failure.self) { try stack(text, dialect: .docker28) }
      #expect(failure?.code == "compose.duplicate_key" && failure?.location?.line == 8, "\(failure as Any)")
    }
    #expect(try stack(documents, dialect: .docker28).services.map(\.name) == ["web"])
  }

  @Test(
    "whole numbers are read with their base, as docker reads them",
    arguments: [
      ComposeDialect.docker20, .docker26, .docker28, .any,
    ])
  func wholeNumbers(dialect: ComposeDialect) throws {
    let stack = try stack(
      """
      version: "3.8"
      services:
        web: { image: nginx:1, deploy: { replicas: 0x2, placement: { constraints: [] } } }
        a1: { image: nginx:1, deploy: { replicas: 010 } }
        a2: { image: nginx:1, deploy: { replicas: +3 } }
        a3: { image: nginx:1, deploy: { replicas: 1_0 } }
      """, dialect: dialect)
    #expect(stack.services.map(\.name) == ["a1", "a2", "a3", "web"])
    #expect(stack.services.map(\.mode) == [.replicated(8), .replicated(3), .replicated(10), .replicated(2)])
  }

  @Test(
    "a key without a value is refused where docker wants a list, and only there",
    arguments: [
      ComposeDialect.docker20, .docker26, .docker28, .any,
    ])
  func emptyKeys(dialect: ComposeDialect) throws {
    let head = "version: \"3.8\"\nservices:\n  web:\n    image: nginx:1\n"
    let failure = #expect(throws: Failure.self) {
      try stack(head + "    deploy:\n    ports:\n    environment:\n", dialect: dialect)
    }
    let said = ([failure].compactMap(\.self) + (failure?.related ?? [])).map(\.message).joined(separator: "\n")
    #expect(said.contains("services.web.ports"), "\(said)")
    #expect(!said.contains("services.web.deploy"), "\(said)")
    #expect(try stack(head + "    deploy:\n", dialect: dialect).services.map(\.name) == ["web"])
  }

  @Test("a variable is replaced by its text in a constraint, too")
  func variableInConstraint() throws {
    let text = """
      version: "3.8"
      services: { web: { image: "shop/web:${TAG}", deploy: { placement: { constraints: ["node.labels.zone == ${ZONE}"] } } } }
      """
    let service = try stack(text, environment: ["TAG": "2.0", "ZONE": "north"]).services[0]
    #expect(service.image == "shop/web:2.0" && service.constraints.map(\.description) == ["node.labels.zone == north"])
  }

  @Test("what the files only name is reported: files beside them, and what the swarm must have")
  func needs() throws {
    let stack = try stack(
      """
      version: "3.8"
      services:
        web:
          image: shop/web
          env_file: [one.env, "${FOLDER}/two.env"]
          networks: [front, back, mine]
          secrets: [key, given]
      networks:
        front: { external: true, name: shop-front }
        back: { external: { name: shop-back } }
        mine: { driver: overlay }
        unused: { external: true }
      secrets:
        key: { file: ./key.pem }
        given: { external: true }
        plugin: { driver: vault }
      configs:
        none: {}
      """, "version: \"3.8\"\nservices: { web: { env_file: three.env } }\nsecrets: { key: { external: true } }",
      environment: ["FOLDER": "/etc/shop"])
    let needs = stack.needs.map { "\($0.by) \($0.kind) \($0.location)" }
    #expect(
      needs == [
        "services.web.env_file environmentFile(\"one.env\") 0.yml:5",
        "services.web.env_file environmentFile(\"/etc/shop/two.env\") 0.yml:5",
        "services.web.env_file environmentFile(\"three.env\") 1.yml:2",
        "networks.back network(\"shop-back\") 0.yml:10", "networks.front network(\"shop-front\") 0.yml:9",
        "secrets.given secret(\"given\") 0.yml:15", "secrets.key secret(\"key\") 1.yml:3",
        "configs.none content(\"\") 0.yml:18",
      ], "\(needs)")
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

  @Test("a variable that is not set is empty, and reported once")
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

  @Test("everything that is wrong is reported at once")
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
