import Inventory
import TestSupport
import Testing
import Values

@Suite("What is refused in an inventory", .usualTimeLimit)
struct InventoryProblemTests {
  /// A change of the example, and the problem that it must give: code, line, and a word of the message or the hint.
  struct Case: CustomTestStringConvertible, Sendable {
    var change: (from: String, to: String)
    var code: FailureCode
    var line: Int
    var says: String
    var testDescription: String { "\(code): \(change.to)" }
  }

  static let cases: [Case] = [
    Case(change: ("sudo: true", "sudoo: true"), code: "inventory.unknown_key", line: 7, says: "did you mean 'sudo'?"),
    Case(
      change: ("address: 10.77.0.2", "adress: 10.77.0.2"), code: "inventory.unknown_key", line: 10, says: "'address'"),
    Case(change: ("sudo: true", "sudo: perhaps"), code: "inventory.wrong_type", line: 7, says: "true or false"),
    Case(change: ("sudo: true", "sudo: \"true\""), code: "inventory.wrong_type", line: 7, says: "true or false"),
    Case(change: ("name: da\n", "name: [da]\n"), code: "inventory.wrong_type", line: 2, says: "a list"),
    Case(change: ("name: da\n", "name: yes\n"), code: "inventory.wrong_type", line: 2, says: "quotes"),
    Case(change: ("name: da\n", "name:\n"), code: "inventory.wrong_type", line: 2, says: "nothing"),
    Case(change: ("  name: da\n", ""), code: "inventory.missing_key", line: 2, says: "'name'"),
    Case(
      change: ("services: [accesspoint]", "services: accesspoint"), code: "inventory.wrong_type", line: 10, says: "list"
    ),
    Case(change: ("address: 10.77.0.2, ", ""), code: "inventory.missing_address", line: 10, says: "da2"),
    Case(change: ("10.77.0.2", "10.77.0.300"), code: "inventory.bad_value", line: 10, says: "10.77.0.300"),
    Case(change: ("10.77.0.2", "0.0.0.0"), code: "inventory.bad_value", line: 10, says: "0.0.0.0"),
    Case(change: ("10.77.0.2", "-oProxyCommand=x"), code: "inventory.bad_value", line: 10, says: "host name"),
    Case(change: ("10.77.0.2", "\"a b\""), code: "inventory.bad_value", line: 10, says: "host name"),
    Case(change: ("10.77.0.2", "10.77.0.1"), code: "inventory.duplicate", line: 10, says: "10.77.0.1"),
    Case(change: ("da2:", "DA1:"), code: "inventory.duplicate", line: 10, says: "case"),
    Case(change: ("da2:", "da/2:"), code: "inventory.bad_value", line: 10, says: "da/2"),
    Case(change: ("da2:", "..:"), code: "inventory.bad_value", line: 10, says: "name"),
    Case(change: ("role: worker", "role: manager"), code: "inventory.managers", line: 10, says: "managers: 2"),
    Case(change: ("role: manager", "role: worker"), code: "inventory.no_manager", line: 8, says: "manager"),
    Case(
      change: ("role: worker", "role: wroker"), code: "inventory.bad_value", line: 10, says: "did you mean 'worker'?"),
    Case(change: ("role: worker, ", ""), code: "inventory.missing_key", line: 10, says: "role"),
    Case(change: ("[accesspoint]", "[]"), code: "inventory.unhosted_service", line: 8, says: "accesspoint"),
    Case(
      change: ("[accesspoint]", "[accespoint]"), code: "inventory.unknown_service", line: 10, says: "'accesspoint'?"),
    Case(change: ("[accesspoint]", "[accesspoint, accesspoint]"), code: "inventory.duplicate", line: 10, says: "twice"),
    Case(change: ("[accesspoint]", "[accesspoint, admin]"), code: "inventory.two_admins", line: 10, says: "da1, da2"),
    Case(change: ("[docker-compose.yml,", "[network.yml,"), code: "inventory.duplicate", line: 4, says: "network.yml"),
    Case(change: ("[--resolve-image, never]", "[-c, x.yml]"), code: "inventory.bad_value", line: 5, says: "files"),
    Case(change: ("/opt/nexus", "opt/nexus"), code: "inventory.bad_value", line: 3, says: "absolute"),
    Case(change: ("user: agadmin", "user: -l"), code: "inventory.bad_value", line: 6, says: "user"),
    Case(change: ("user: agadmin", "port: 70000"), code: "inventory.wrong_type", line: 6, says: "65535"),
    Case(change: ("sudo: true", "managers: 3"), code: "inventory.managers", line: 8, says: "1 of the 3"),
    Case(change: ("sudo: true", "services: [web]"), code: "inventory.unhosted_service", line: 7, says: "web"),
    Case(
      change: ("sudo: true", "engine: { url: \"tcp://:2376\", ca: c.pem }"), code: "inventory.engine", line: 7,
      says: "TLS"),
    Case(
      change: ("sudo: true", "engine: { url: \"tcp://10.0.0.1:2376\", insecure: true }"), code: "inventory.engine",
      line: 7, says: "all 2 hosts"),
    Case(change: ("sudo: true", "engine: { url: \"http://x\" }"), code: "inventory.bad_value", line: 7, says: "tcp://"),
    Case(change: ("sudo: true", "? [a]\n: b"), code: "inventory.syntax", line: 7, says: "key must be text"),
    Case(change: ("sudo: true", "sudo: !vault x"), code: "inventory.syntax", line: 7, says: "!vault"),
  ]

  @Test("each mistake is named with its line and a hint", arguments: cases)
  func mistakes(_ mistake: Case) throws {
    let text = Samples.example.replacing(mistake.change.from, with: mistake.change.to)
    #expect(text != Samples.example)
    let failure = try #require(throws: Failure.self) { try Inventory.parse(text: text, file: "i.yaml") }
    let all = failure.code == "inventory.invalid" ? failure.related : [failure]
    let found = try #require(all.first { $0.code == mistake.code }, "\(all)")
    #expect(found.location == SourceLocation(file: "i.yaml", line: mistake.line))
    let hint = try #require(found.hint)
    #expect("\(found.message) \(hint)".contains(mistake.says), "\(found) \(hint)")
  }

  @Test("every problem is reported at once, in the order of the lines")
  func together() throws {
    let text = """
      stack: { name: da, directory: relative, colour: red }
      sudo: 3
      hosts:
        a: { address: 10.0.0.1, role: worker, services: [admin] }
        b: { address: 10.0.0.1, role: worker, servces: [] }
        c: { role: worker }
      """
    let failure = try #require(throws: Failure.self) { try Inventory.parse(text: text, file: "i.yaml") }
    #expect(failure.code == "inventory.invalid")
    #expect(failure.location?.line == 1)
    let lines = failure.related.compactMap(\.location?.line)
    #expect(lines == lines.sorted())
    let codes = Set(failure.related.map(\.code.rawValue))
    #expect(
      codes.isSuperset(of: [
        "inventory.bad_value", "inventory.unknown_key", "inventory.wrong_type", "inventory.no_manager",
        "inventory.unhosted_service", "inventory.duplicate", "inventory.missing_address",
        "inventory.admin_not_on_manager",
      ]))
    #expect(failure.related.allSatisfy { $0.hint?.isEmpty == false && $0.location != nil })
  }

  @Test("a mistake that hides another thing is not reported as if that were missing too")
  func noFollowUps() throws {
    func codes(_ from: String, _ to: String) throws -> [FailureCode] {
      let text = Samples.example.replacing(from, with: to)
      return try #require(throws: Failure.self) { try Inventory.parse(text: text, file: "i.yaml") }.related.map(\.code)
    }
    #expect(try codes("[accesspoint]", "[accespoint]") == ["inventory.unknown_service"])
    #expect(try codes("da1:", "da/1:") == ["inventory.bad_value"])
    #expect(try codes("role: manager", "role: boss") == ["inventory.bad_value"])
    #expect(try codes("10.77.0.2", "300.1.1.1") == ["inventory.bad_value"])
    #expect(try codes("services: [accesspoint]", "services: accesspoint") == ["inventory.wrong_type"])
  }

  @Test("two spellings of one IPv6 address are the same address")
  func sameIPv6() throws {
    let text = Samples.example.replacing("10.77.0.1", with: "\"2001:db8::1\"")
      .replacing("10.77.0.2", with: "\"2001:DB8:0:0::0001\"")
    let failure = try #require(throws: Failure.self) { try Inventory.parse(text: text, file: "i.yaml") }
    #expect(failure.related.map(\.code) == ["inventory.duplicate"])
  }

  @Test("an address with a NUL in it is not an address")
  func nul() throws {
    let text = Samples.example.replacing("10.77.0.2", with: "\"10.77.0.2\\0x\"")
    let failure = try #require(throws: Failure.self) { try Inventory.parse(text: text, file: "i.yaml") }
    #expect(failure.related.map(\.code) == ["inventory.bad_value"])
  }

  @Test("hosts behind one address with ports of their own need advertised addresses")
  func forwardedPorts() throws {
    let text =
      Samples.head + """
        hosts:
          a:
            address: 192.0.2.1
            ssh: { port: 2201 }
            advertise_address: 10.0.0.1
            role: manager
            services: [admin, accesspoint, policy, authentication, distribution]
          b: { address: 192.0.2.1, ssh: { port: 2202 }, ADVERTISE role: worker }
        """
    let good = try Inventory.parse(
      text: text.replacing("ADVERTISE", with: "advertise_address: 10.0.0.2,"), file: "i.yaml")
    #expect(good.hosts.map(\.swarmAddress) == ["10.0.0.1", "10.0.0.2"])
    let failure = try #require(throws: Failure.self) {
      try Inventory.parse(text: text.replacing("ADVERTISE", with: "advertise_address: 10.0.0.1,"), file: "i.yaml")
    }
    #expect(failure.related.map(\.code) == ["inventory.duplicate"])
  }

  @Test("a local host that others must reach needs an address")
  func localManager() throws {
    let text = Samples.example.replacing("address: 10.77.0.1", with: "connection: local")
    let failure = try #require(throws: Failure.self) { try Inventory.parse(text: text, file: "i.yaml") }
    #expect(failure.related.map(\.code) == ["inventory.missing_address"])
  }

  @Test("of very many problems the first are listed, with their number")
  func many() throws {
    let hosts = (1...700).map { "  h\($0): { address: h\($0).example, rolle: worker }\n" }.joined()
    let failure = try #require(throws: Failure.self) { try Inventory.parse(text: "hosts:\n" + hosts, file: "i.yaml") }
    #expect(failure.related.count == 500 && failure.related.first?.location?.line == 2)
    #expect(failure.message.contains("of which the first 500 are listed"), "\(failure.message)")
  }
}
