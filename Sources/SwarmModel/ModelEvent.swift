import Values

/// Something that happened in a modelled swarm, as its managers' engines report it.
public struct ModelEvent: Sendable {
  /// What it happened to: `node`, `service`, `network` and so on.
  public let type: String
  let action: String
  let id: String
  let attributes: [String: String]
  /// When, in seconds since 1970.
  public let time: Double

  /// As `/events` reports it.
  public var json: Value {
    [
      "Type": .string(type), "Action": .string(action), "scope": "swarm", "time": .integer(Int64(nearest: time)),
      "timeNano": .integer(Int64(nearest: time * 1e9)),
      "Actor": ["ID": .string(id), "Attributes": .texts(attributes)],
    ]
  }
}
