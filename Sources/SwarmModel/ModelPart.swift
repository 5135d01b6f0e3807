import Values

/// A secret or a configuration of a modelled swarm, without what it contains.
struct ModelPart: Sendable {
  let id: String
  let version: Int64
  let createdAt: Double
  let name: String
  let labels: [String: String]

  var json: Value {
    [
      "ID": .string(id), "Version": .version(version), "CreatedAt": .string(ModelMoment.text(createdAt)),
      "UpdatedAt": .string(ModelMoment.text(createdAt)),
      "Spec": ["Name": .string(name), "Labels": .texts(labels)],
    ]
  }
}
