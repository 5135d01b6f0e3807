import Placement
import TestSupport
import Testing
import Values

@Suite("Placement constraints", .usualTimeLimit)
struct PlacementConstraintTests {
  private func verdict(_ text: String, _ node: NodeFacts) throws -> PlacementVerdict {
    try PlacementConstraint.parse(text).evaluate(against: node)
  }

  @Test(
    "spaces around the parts do not matter",
    arguments: [
      "node.labels.da-policy==true", " node.labels.da-policy  ==  true ", "node.labels.da-policy == true",
    ])
  func spaces(text: String) throws {
    let constraint = try PlacementConstraint.parse(text)
    #expect(constraint.key == "node.labels.da-policy")
    #expect(constraint.value == "true")
    #expect(constraint.isEquality)
    #expect(constraint.description == "node.labels.da-policy == true")
  }

  @Test(
    "what swarmkit refuses is refused, with its words",
    arguments: [
      ("", "expected one operator"), (" ", "expected one operator"), ("nodeabc", "expected one operator"),
      ("node ~ abc", "expected one operator"), ("node = abc", "expected one operator"), ("1node==a2", "key '1node'"),
      ("no de== node1", "key 'no de'"), ("no*de==node1", "key 'no*de'"), ("==node1", "key ''"), ("node==", "value ''"),
      ("node== ", "value ''"), ("no$de==node1", "key 'no$de'"), ("node==a,b", "value 'a,b'"), ("n==a", "key 'n'"),
    ])
  func refused(text: String, words: String) throws {
    let location = SourceLocation(file: "f", line: 7)
    let failure = try #require(throws: Failure.self) { try PlacementConstraint.parse(text, location: location) }
    #expect(failure.code == "compose.bad_constraint")
    #expect(failure.cause?.contains(words) == true)
    #expect(failure.location == location)
  }

  @Test(
    "what swarmkit takes is taken",
    arguments: [
      "NoDe==node1", "no.de==node1", "_node==_node1", "node==[a-b]+c*(n|b)/", "node==node 1", "node!=a",
    ])
  func taken(text: String) throws {
    _ = try PlacementConstraint.parse(text)
  }

  @Test("keys and values are compared without regard to case, the label's name with regard to it")
  func letterCase() throws {
    let node = NodeFacts(name: "a", role: "manager", labels: ["da-Policy": "TRUE"])
    #expect(try verdict("Node.Labels.da-Policy == true", node) == .satisfied)
    #expect(try verdict("node.labels.da-policy == true", node) == .unsatisfied)
    #expect(try verdict("NODE.ROLE == Manager", node) == .satisfied)
    #expect(try verdict("node.role != manager", node) == .unsatisfied)
  }

  @Test("an absent label counts as empty")
  func absent() throws {
    let node = NodeFacts(name: "a")
    #expect(try verdict("node.labels.x == true", node) == .unsatisfied)
    #expect(try verdict("node.labels.x != true", node) == .satisfied)
  }

  @Test("the value is not a pattern")
  func noPattern() throws {
    let node = NodeFacts(name: "a", hostname: "foo")
    #expect(try verdict("node.hostname == f*o", node) == .unsatisfied)
    #expect(try verdict("node.hostname == f.o", node) == .unsatisfied)
  }

  @Test(
    "what is not known of a node is unknown, not false",
    arguments: [
      "node.id == a", "node.hostname != a", "node.role == worker", "node.platform.os == linux",
      "node.platform.arch == x86_64", "engine.labels.a == b", "node.ip == 10.0.0.1",
    ])
  func unknown(text: String) throws {
    #expect(try verdict(text, NodeFacts(name: "a")) == .unknown)
  }

  @Test(
    "a key that Docker does not know is fulfilled by no node, whatever the sign",
    arguments: [
      "node.colour == red", "node.colour != red", "node.labels. == x", "label.x == y",
    ])
  func unknownKey(text: String) throws {
    #expect(try verdict(text, NodeFacts(name: "a")) == .unsatisfied)
  }

  @Test("addresses are compared as addresses and networks")
  func addresses() throws {
    let node = NodeFacts(name: "a", address: "10.77.0.2")
    #expect(try verdict("node.ip == 10.77.0.2", node) == .satisfied)
    #expect(try verdict("node.ip == 10.77.0.0/24", node) == .satisfied)
    #expect(try verdict("node.ip != 10.77.0.0/24", node) == .unsatisfied)
    #expect(try verdict("node.ip == 10.77.1.0/24", node) == .unsatisfied)
    #expect(try verdict("node.ip == 0.0.0.0/0", node) == .satisfied)
    #expect(try verdict("node.ip == ::ffff:10.77.0.2", node) == .satisfied)
    #expect(try verdict("node.ip == nonsense", node) == .unsatisfied)
    #expect(try verdict("node.ip != nonsense", node) == .unsatisfied)
    #expect(try verdict("node.ip != 2001:db8::/32", node) == .satisfied)
  }
}
