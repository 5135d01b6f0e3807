import Foundation
import Values

/// A primitive that an attempt began to carry out.
public struct EffectState: Sendable, Hashable {
  /// Its full name, for example `swarm.join`.
  public var primitive: String
  /// Whether carrying it out again does no harm.
  public var isIdempotent: Bool
  /// Whether the same call of the same attempt finds its work on the host and follows it.
  public var reattaches: Bool
  /// The commands of the documented procedure that it stands for.
  public var commands: [CommandLine]

  /// Describes an effect.
  public init(primitive: String, isIdempotent: Bool, reattaches: Bool = false, commands: [CommandLine] = []) {
    self.primitive = primitive
    self.isIdempotent = isIdempotent
    self.reattaches = reattaches
    self.commands = commands
  }
}

/// A command line of the documented procedure, and where to type it.
public struct CommandLine: Sendable, Hashable {
  /// The inventory name of the host.
  public var host: String?
  /// The command line; secrets stand as `‹secret›`.
  public var text: String

  /// Names a command.
  public init(host: String?, text: String) {
    self.host = host
    self.text = text
  }
}

/// A line that a step's command printed.
public struct OutputLine: Sendable, Hashable {
  /// When.
  public var at: Date
  /// The inventory name of the host.
  public var host: String?
  /// The line.
  public var text: String

  /// Keeps a line.
  public init(at: Date, host: String?, text: String) {
    self.at = at
    self.host = host
    self.text = text
  }
}

extension CommandLine {
  /// Reads the `command` of an `effect.started` event: a text, an object with `host` and `text`, or a list of these.
  static func list(from value: Value?, host: String?) -> [CommandLine] {
    switch value {
    case .string(let text) where !text.isEmpty: [CommandLine(host: host, text: text)]
    case .array(let elements): elements.flatMap { list(from: $0, host: host) }
    case .object(let members):
      (members["text"]?.stringValue).map { [CommandLine(host: members["host"]?.stringValue ?? host, text: $0)] } ?? []
    default: []
    }
  }
}
