import Inventory
import TestSupport
import Testing

@Suite("The schema of an inventory", .usualTimeLimit)
struct InventorySchemaTests {
  static let everything = """
    stack: { name: da, directory: /opt/da, files: [a.yml], deploy_options: [--prune], environment: { TAG: 6.9 } }
    ssh: { user: u, config: c, port: 22, identity: i, accept_new_host_keys: true }
    sudo: true
    engine: { url: "tcp://:2376", ca: a, certificate: b, key: c }
    services: [admin]
    managers: 1
    hosts:
      da1:
        address: 10.0.0.1
        role: manager
        services: [admin, postgres]
        connection: ssh
        ssh: { user: u, config: c, port: 22, identity: i, accept_new_host_keys: false }
        sudo: false
        engine: { socket: /run/docker.sock, insecure: false }
        advertise_address: 10.0.0.1
        labels: { a: b }
    """

  @Test("a file with each key of the tables is read")
  func everyKey() throws {
    let inventory = try Inventory.parse(text: Self.everything, file: "i.yaml")
    #expect(inventory.manager.engine == .socket(path: "/run/docker.sock"))
    for keys in [
      InventorySchema.root, InventorySchema.stack, InventorySchema.ssh, InventorySchema.engine, InventorySchema.host,
    ] {
      #expect(Set(keys.map(\.name)).count == keys.count)
      for key in keys { #expect(Self.everything.contains("\(key.name):"), "\(key.name)") }
    }
  }

  @Test("each key says what it is for, and what holds without it unless it is needed")
  func documentation() {
    for key in InventorySchema.root + InventorySchema.stack + InventorySchema.host + InventorySchema.ssh {
      #expect(key.summary.hasSuffix("."))
      #expect(!key.shape.expectation.isEmpty)
      #expect(key.isRequired || key.defaultText != nil || key.name == "address", "\(key.name)")
    }
  }

  @Test("ten thousand hosts are read, in the order of the file")
  func manyHosts() throws {
    var text = "stack: { name: da, directory: /opt/da }\nservices: [admin]\nhosts:\n"
    text += "  m: { address: 10.9.9.9, role: manager, services: [admin] }\n"
    for index in 0..<10_000 {
      text += "  w\(index): { address: 10.0.\(index / 250).\(index % 250 + 1), role: worker }\n"
    }
    let inventory = try Inventory.parse(text: text, file: "i.yaml")
    #expect(inventory.workers.count == 10_000)
    #expect(inventory.workers.last?.name == "w9999")
  }
}
