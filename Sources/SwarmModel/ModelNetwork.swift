import Values

/// An overlay network of a modelled swarm.
struct ModelNetwork: Sendable {
  let id: String
  let version: Int64
  let createdAt: Double
  let name: String
  let labels: [String: String]
  let isIngress: Bool
  /// Which of its swarm's networks it is, from 0: its place among the subnets.
  let number: Int
  /// Addresses that were given.
  var given = 2
  /// Whether it was removed, and only some engines still show it.
  var isGoing = false

  private var subnet: String { "10.\(number / 256).\(number % 256).0/24" }

  /// The next address of it, with the prefix length.
  mutating func nextAddress() -> String {
    given += 1
    let place = (number << 8) + given
    return "10.\(place >> 16 & 255).\(place >> 8 & 255).\(place & 255)/24"
  }

  private var configuration: Value {
    ["Subnet": .string(subnet), "Gateway": .string(subnet.replacing(".0/24", with: ".1"))]
  }

  /// As a task's attachment shows it.
  var attachment: Value {
    var spec: [String: Value] = [
      "Name": .string(name), "Labels": .texts(labels), "DriverConfiguration": ["Name": "overlay"], "Scope": "swarm",
    ]
    if isIngress { spec["Ingress"] = true }
    return [
      "ID": .string(id), "Version": .version(version), "CreatedAt": .string(ModelMoment.text(createdAt)),
      "UpdatedAt": .string(ModelMoment.text(createdAt)), "Spec": .object(spec),
      "DriverState": [
        "Name": "overlay", "Options": ["com.docker.network.driver.overlay.vxlanid_list": .string("\(4096 + number)")],
      ],
      "IPAMOptions": ["Driver": ["Name": "default"], "Configs": [configuration]],
    ]
  }

  var json: Value {
    [
      "Name": .string(name), "Id": .string(id), "Created": .string(ModelMoment.text(createdAt)), "Scope": "swarm",
      "Driver": "overlay", "EnableIPv6": false,
      "IPAM": ["Driver": "default", "Options": .null, "Config": [configuration]], "Internal": false,
      "Attachable": false, "Ingress": .bool(isIngress), "ConfigFrom": ["Network": ""], "ConfigOnly": false,
      "Containers": .null,
      "Options": ["com.docker.network.driver.overlay.vxlanid_list": .string("\(4096 + number)")],
      "Labels": labels.isEmpty ? .null : .texts(labels),
    ]
  }
}
