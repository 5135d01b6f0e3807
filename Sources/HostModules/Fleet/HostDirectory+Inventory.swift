import Engine
import Inventory
import Values

extension HostDirectory {
  /// An inventory as runbooks see it.
  public init(_ inventory: Inventory) {
    self.init(
      hosts: inventory.hosts.map { host in
        HostView(
          name: host.name, address: host.swarmAddress, role: host.role.rawValue, services: host.services,
          details: [
            "labels": .object(host.labels.mapValues { .string($0) }),
            "advertise_address": host.advertiseAddress.map { .string($0) } ?? .null,
          ])
      },
      stack: inventory.stack.map { stack in
        [
          "name": .string(stack.name), "directory": .string(stack.directory),
          "files": .array(stack.files.map { .string($0) }),
          "deploy_options": .array(stack.deployOptions.map { .string($0) }),
          "environment": .object(stack.environment.mapValues { .string($0) }),
        ]
      })
  }
}
