import Crypto
import Values

/// What makes two calls of a primitive the same piece of work. A resumed step uses it to find what it had begun.
package struct CallIdentity: Sendable, Hashable {
  /// The inventory name of the host that carries it out.
  package var host: String?
  /// What is done there, as parts that are compared one by one. No secrets: they are kept as they are.
  package var words: [String]
  /// What distinguishes its secret input from another one, for example a digest; `nil` if it has none.
  package var input: Secret?

  package init(host: String?, words: [String], input: Secret? = nil) {
    self.host = host
    self.words = words
    self.input = input
  }

  /// All arguments, whatever they are: for a primitive that does not define its own.
  package static func all(_ arguments: Arguments) -> CallIdentity {
    var secrets: [String] = []
    func text(_ value: Value) -> String {
      switch value {
      case .string(let text): return text
      case .secret(let secret):
        secrets.append(secret.reveal())
        return Secret.placeholder
      case .array(let elements): return "[" + elements.map(text).joined(separator: ", ") + "]"
      case .object(let members):
        return "{" + members.sorted { $0.key < $1.key }.map { "\($0.key)=\(text($0.value))" }.joined(separator: ", ")
          + "}"
      default: return "\(value)"
      }
    }
    let words = arguments.values.sorted { $0.key < $1.key }.map { "\($0.key)=\(text($0.value))" }
    return CallIdentity(
      host: arguments.values["host"]?.stringValue, words: words,
      input: secrets.isEmpty ? nil : Secret(secrets.map { "\($0.utf8.count):\($0)" }.joined()))
  }
}

extension CallIdentity {
  /// The same with a digest instead of the words: for calls whose arguments may be long, or confidential.
  var digested: CallIdentity {
    var hash = SHA256()
    for part in words + [input?.reveal() ?? ""] {
      // With its length before each, two lists can't run together.
      withUnsafeBytes(of: UInt64(part.utf8.count).littleEndian) { hash.update(bufferPointer: $0) }
      hash.update(data: Array(part.utf8))
    }
    return CallIdentity(host: host, words: [], input: Secret(Hexadecimal.encode(hash.finalize())))
  }
}

/// Where the command of a call is kept.
package struct CallSite: Sendable, Hashable {
  /// The inventory name of the host.
  package var host: String
  /// The host's own data before the command begins, to find out later whether it still has the traces.
  package var facts: [String: String]

  package init(host: String, facts: [String: String]) {
    self.host = host
    self.facts = facts
  }
}
