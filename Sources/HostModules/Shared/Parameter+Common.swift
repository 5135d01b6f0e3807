import Engine
import Values

extension Parameter {
  static let host = Parameter("host", .host, "The host.")
  static let manager = Parameter(
    "manager", .hosts, "A manager of the swarm, or several; the first that answers is asked.")
  static let stackName = Parameter("name", .string, "The stack's name.")

  /// How long to wait at most.
  static func timeout(_ seconds: Double) -> Parameter {
    .optional("timeout", .duration, default: .number(seconds), "How long to wait at most.")
  }

  /// The named options of a primitive.
  static func options(_ members: Parameter...) -> Parameter { options(members) }

  /// The named options of a primitive.
  static func options(_ members: [Parameter]) -> Parameter {
    .optional("options", .record(members), "Named options.")
  }

  /// Named options of which some must be given.
  static func required(_ members: Parameter...) -> Parameter {
    Parameter("options", .record(members), "Named options.")
  }
}

extension Arguments {
  /// The named options.
  var options: Arguments { record("options") }
}

extension Value {
  /// A list of texts.
  static func strings(_ texts: [String]) -> Value { .array(texts.map { .string($0) }) }

  /// Named texts.
  static func texts(_ texts: [String: String]) -> Value { .object(texts.mapValues { .string($0) }) }
}
