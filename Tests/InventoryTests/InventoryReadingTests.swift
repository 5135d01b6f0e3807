import Foundation
import Inventory
import TestSupport
import Testing
import Values

@Suite("What an inventory says", .usualTimeLimit)
struct InventoryReadingTests {
  @Test("the documented example gives stack, ssh, sudo and hosts in the order of the file")
  func example() throws {
    let inventory = try Inventory.parse(text: Samples.example, file: "/etc/da/inventory.yaml")
    #expect(inventory.stack?.name == "da")
    #expect(inventory.stack?.directory == "/opt/nexus/docker-compose")
    #expect(inventory.stack?.files == ["docker-compose.yml", "network.yml", "versiontag.yml"])
    #expect(inventory.stack?.deployOptions == ["--resolve-image", "never"])
    #expect(inventory.ssh.user == "agadmin")
    #expect(inventory.ssh.config == "/etc/da/ssh_config")
    #expect(inventory.sudo)
    #expect(inventory.hosts.map(\.name) == ["da1", "da2"])
    #expect(inventory.manager.name == "da1")
    #expect(inventory.manager.address == "10.77.0.1")
    #expect(inventory.manager.services == ["admin", "policy", "authentication", "distribution", "postgres"])
    #expect(inventory.workers.map(\.name) == ["da2"])
    #expect(inventory.host(named: "da2")?.services == ["accesspoint"])
    #expect(inventory.host(named: "da2")?.line == 10)
    #expect(inventory.host(named: "da9") == nil)
    #expect(inventory.hosts(of: "accesspoint").map(\.name) == ["da2"])
  }

  @Test("variables of the stack are taken as they are written, each with a name and one line")
  func environment() throws {
    func read(_ environment: String) throws(Failure) -> Inventory {
      try Inventory.parse(
        text: "stack: { name: s, directory: /d, environment: \(environment) }\nservices: []\n"
          + "hosts: { m: { address: 10.0.0.1, role: manager } }\n", file: "i.yaml")
    }
    let inventory = try read("{ TAG: 010, ON: yes, TEXT: \"a b\", EMPTY: '' }")
    #expect(inventory.stack?.environment == ["TAG": "010", "ON": "yes", "TEXT": "a b", "EMPTY": ""])
    for wrong in ["{ 1A: x }", "{ 'A B': x }", "{ A-B: x }", "{ A: [x] }", "{ A: \"x\\ny\" }", "[A=1]"] {
      let failure = #expect(throws: Failure.self) { try read(wrong) }
      #expect(failure?.related.first?.location?.line == 1, "\(wrong)")
    }
  }

  @Test("the order of the hosts is that of the file, not of the alphabet")
  func order() throws {
    let names = ["zeta", "alpha", "mid", "beta"]
    var text = Samples.head + "hosts:\n"
    for (index, name) in names.enumerated() {
      text += "  \(name): { address: 10.0.0.\(index + 1), role: \(index == 2 ? "manager" : "worker")"
      text += index == 2 ? ", services: [admin, accesspoint, policy, authentication, distribution] }\n" : " }\n"
    }
    let inventory = try Inventory.parse(text: text, file: "i.yaml")
    #expect(inventory.hosts.map(\.name) == names)
    #expect(inventory.manager.name == "mid")
  }

  @Test("a host's own ssh settings, sudo and labels stand over the common ones")
  func overrides() throws {
    let inventory = try Inventory.parse(
      text: """
        stack: { name: da, directory: /opt/da }
        ssh: { user: common, port: 2200, accept_new_host_keys: yes }
        sudo: on
        hosts:
          a:
            address: 10.0.0.1
            role: manager
            services: [admin, accesspoint, policy, authentication, distribution]
            sudo: false
            ssh: { user: own, identity: keys/a }
            advertise_address: 192.0.2.7
            labels: { rack: 3, ssd: true, zone: "no" }
          b: { address: b.example.com, role: worker }
        """, file: "/srv/x/i.yaml")
    let first = try #require(inventory.host(named: "a"))
    #expect(first.ssh.user == "own")
    #expect(first.ssh.port == 2200)
    #expect(first.ssh.identity == "/srv/x/keys/a")
    #expect(first.ssh.acceptsNewHostKeys)
    #expect(!first.sudo)
    #expect(first.labels == ["rack": "3", "ssd": "true", "zone": "no"])
    #expect(first.swarmAddress == "192.0.2.7")
    let second = try #require(inventory.host(named: "b"))
    #expect(second.ssh.user == "common")
    #expect(second.sudo)
    #expect(second.swarmAddress == "b.example.com")
    #expect(inventory.stack?.files == ["docker-compose.yml", "network.yml", "versiontag.yml"])
  }

  @Test("a single local host needs no address")
  func local() throws {
    let inventory = try Inventory.parse(
      text: Samples.head + """
        hosts:
          here:
            connection: local
            role: manager
            services: [admin, accesspoint, policy, authentication, distribution]
        """, file: "i.yaml")
    #expect(inventory.manager.connection == .local)
    #expect(inventory.manager.address == nil)
    #expect(inventory.manager.engine == .socket(path: "/var/run/docker.sock"))
  }

  @Test("several managers are allowed when the file says so")
  func managers() throws {
    let inventory = try Inventory.parse(
      text: Samples.head + """
        managers: 3
        hosts:
          a: { address: 10.0.0.1, role: manager, services: [admin, accesspoint, policy, authentication, distribution] }
          b: { address: 10.0.0.2, role: manager }
          c: { address: 10.0.0.3, role: manager }
        """, file: "i.yaml")
    #expect(inventory.managers.map(\.name) == ["a", "b", "c"])
    #expect(inventory.manager.name == "a")
  }

  @Test("the top-level list of services replaces the product's")
  func services() throws {
    let inventory = try Inventory.parse(
      text: Samples.head + "services: [web]\nhosts:\n  a: { address: 10.0.0.1, role: manager, services: [web] }\n",
      file: "i.yaml")
    #expect(inventory.services == ["web"])
  }

  @Test("aliases and merge keys work")
  func aliases() throws {
    let inventory = try Inventory.parse(
      text: Samples.head + """
        hosts:
          a: &base
            address: 10.0.0.1
            role: manager
            services: [admin, accesspoint, policy, authentication, distribution]
            sudo: true
          b: { <<: *base, address: 10.0.0.2, role: worker, services: [policy] }
        """, file: "i.yaml")
    #expect(inventory.host(named: "b")?.sudo == true)
    #expect(inventory.host(named: "b")?.services == ["policy"])
  }

  @Test("each engine address gives a socket or a TCP address with its TLS files")
  func engines() throws {
    let inventory = try Inventory.parse(
      text: """
        stack: { name: da, directory: /opt/da }
        engine: { url: "tcp://:2376", ca: tls/ca.pem, certificate: /t/cert.pem, key: /t/key.pem }
        hosts:
          a: { address: 10.0.0.1, role: manager, services: [admin, accesspoint, policy, authentication, distribution] }
          b: { address: 10.0.0.2, role: worker, engine: { socket: /run/docker/other.sock } }
          c: { address: 10.0.0.3, role: worker, engine: { url: "tcp://[2001:db8::3]:4000" } }
        """, file: "/i/i.yaml")
    let files = Inventory.TLSFiles(authority: "/i/tls/ca.pem", certificate: "/t/cert.pem", key: "/t/key.pem")
    #expect(
      inventory.hosts.map(\.engine) == [
        .tcp(host: "10.0.0.1", port: 2376, tls: files), .socket(path: "/run/docker/other.sock"),
        .tcp(host: "2001:db8::3", port: 4000, tls: files),
      ])
  }

  @Test("a home folder in a path is the user's")
  func home() throws {
    let inventory = try Inventory.parse(
      text: Samples.example.replacing("./ssh_config", with: "~/.ssh/config"), file: "/x/i.yaml")
    #expect(inventory.ssh.config == NSHomeDirectory() + "/.ssh/config")
  }

  @Test("a swarm without a stack needs no services, and its hosts may still say which they are for")
  func withoutStack() throws {
    let inventory = try Inventory.parse(
      text: """
        managers: 3
        hosts:
          a: { address: 10.0.0.1, role: manager, services: [admin] }
          b: { address: 10.0.0.2, role: manager }
          c: { address: 10.0.0.3, role: manager }
        """, file: "/i/i.yaml")
    #expect(inventory.stack == nil)
    #expect(inventory.services.isEmpty)
    #expect(inventory.managers.map(\.name) == ["a", "b", "c"])
    #expect(inventory.hosts(of: "admin").map(\.name) == ["a"])
  }
}
