import LuaVM
import Values

/// Carries data between Lua and ``Value``. Hosts keep their identity as `{ ["$host"] = name }`.
struct Conversion: Sendable {
  private let directory: @Sendable () -> HostDirectory
  /// All secrets that Lua was given.
  let secrets: KnownSecrets

  /// The hosts of an inventory.
  init(hosts: HostDirectory, secrets: KnownSecrets = KnownSecrets()) {
    self.init(directory: { hosts }, secrets: secrets)
  }

  /// Hosts that may change over time.
  init(directory: @escaping @Sendable () -> HostDirectory, secrets: KnownSecrets = KnownSecrets()) {
    self.directory = directory
    self.secrets = secrets
  }

  var hosts: HostDirectory { directory() }

  static let hostKey = "$host"

  /// The Lua side of a value.
  func lua(_ value: Value) -> LuaValue {
    switch value {
    case .null: .nil
    case .bool(let flag): .bool(flag)
    case .integer(let number): .integer(number)
    case .number(let number): .number(number)
    case .string(let text): .string(text)
    case .bytes(let bytes): .bytes(bytes)
    case .array(let elements): .list(elements.map(lua))
    case .secret(let secret): .object(object(secret))
    case .object(let members):
      if members.count == 1, let name = members[Self.hostKey]?.stringValue, let host = hosts[name] {
        .object(object(host))
      } else if let opened = Concealed.opened(members) {
        lua(opened)
      } else {
        .dictionary(members.mapValues(lua))
      }
    }
  }

  /// The data of a Lua value that ``LuaCall/snapshot(_:)`` gave. `what` names it in errors.
  func value(_ lua: LuaValue, what: String) throws -> Value {
    switch lua {
    case .nil: return .null
    case .bool(let flag): return .bool(flag)
    case .integer(let number): return .integer(number)
    case .number(let number): return .number(number)
    case .string(let text): return .string(text)
    case .bytes(let bytes): return .bytes(bytes)
    case .list(let elements):
      return .array(try elements.enumerated().map { try value($1, what: "\(what)[\($0 + 1)]") })
    case .dictionary(let members):
      if let name = members.keys.first(where: Concealed.names.contains) {
        throw notData("\(what).\(name)", "under a name that is reserved for this program")
      }
      return .object(
        Dictionary(uniqueKeysWithValues: try members.map { ($0, try value($1, what: "\(what).\($0)")) }))
    case .object(let object):
      switch object.payload {
      case let secret as Secret: return .secret(secret)
      case let host as HostView: return .object([Self.hostKey: .string(host.name)])
      case let unknown as Unknown: return .string(unknown.text)
      case let failure as Failure: return failure.value
      default: throw notData(what, "a \(object.typeName)")
      }
    case .function: throw notData(what, "a function")
    case .table: throw notData(what, "a table that is still in use")
    }
  }

  private func notData(_ what: String, _ kind: String) -> Failure {
    Failure(
      .notData, "\(what) is \(kind), which can't be recorded",
      hint: "return text, numbers, booleans, hosts, secrets, and tables of these")
  }

  /// A host as a read-only object.
  func object(_ host: HostView) -> LuaObject {
    var fields: [String: LuaValue] = [
      "name": .string(host.name), "address": .string(host.address), "role": .string(host.role),
      "services": .list(host.services.map { .string($0) }),
    ]
    for (name, value) in host.details { fields[name] = lua(value) }
    return LuaObject(typeName: "host", identity: host.name, text: host.name, payload: host, fields: fields)
  }

  /// A secret as an object that can only be passed on.
  func object(_ secret: Secret) -> LuaObject {
    secrets.learn(secret)
    return LuaObject(
      typeName: "secret", identity: nil, text: Secret.placeholder, payload: secret,
      behavior: .hidden(hint: "a secret can only be handed to a function that takes one"))
  }
}

/// The placeholder in a plan for a value that can't be known before a step has really run.
struct Unknown: Sendable, Hashable {
  /// The path of that step; `nil` if nothing is read at all.
  var after: String?

  var text: String { after.map { "‹known after \"\($0)\"›" } ?? "‹not known yet›" }

  init(after: String?) { self.after = after }

  /// The placeholder that a text was made of.
  init?(namedIn text: String) {
    if let match = text.firstMatch(of: /‹known after "([^"›]*)"›/) {
      self.init(after: String(match.1))
    } else if text.contains("‹not known yet›") {
      self.init(after: nil)
    } else {
      return nil
    }
  }

  /// Whether a text was made of such a placeholder.
  static func isNamed(in text: String) -> Bool { text.contains("‹not known yet›") || text.contains("‹known after \"") }

  /// The object that returns itself for everything that is asked of it.
  var object: LuaObject {
    LuaObject(typeName: "unknown", identity: text, text: text, payload: self, behavior: .absorbing)
  }
}

extension LuaValue {
  /// The placeholder in this value or anywhere below it.
  var firstUnknown: Unknown? {
    switch self {
    case .object(let object): object.payload as? Unknown
    case .list(let elements): elements.lazy.compactMap(\.firstUnknown).first
    case .dictionary(let members): members.values.lazy.compactMap(\.firstUnknown).first
    default: nil
    }
  }

  /// What it is, for error messages.
  var kindName: String {
    switch self {
    case .nil: "nil"
    case .bool: "a boolean"
    case .integer, .number: "a number"
    case .string: "text"
    case .bytes: "bytes that are not UTF-8 text"
    case .list, .dictionary, .table: "a table"
    case .function: "a function"
    case .object(let object): "a \(object.typeName)"
    }
  }
}

/// Reads durations as people write them in runbooks.
enum DurationText {
  /// Seconds of `500ms`, `2s`, `1.5m`, `1h`, or of a bare number of seconds.
  static func seconds(_ text: String) -> Double? {
    let units: [(suffix: String, factor: Double)] = [("ms", 0.001), ("s", 1), ("m", 60), ("h", 3600), ("d", 86400)]
    for unit in units where text.hasSuffix(unit.suffix) {
      guard let number = Double(text.dropLast(unit.suffix.count)), number >= 0, number.isFinite else { continue }
      return number * unit.factor
    }
    guard let number = Double(text), number >= 0, number.isFinite else { return nil }
    return number
  }
}

/// A recorded value as a secret, so that the journal seals it.
enum SealedValue {
  /// The value as the text of a secret; `null` stays what it is.
  static func seal(_ value: Value) -> Value {
    switch value {
    case .string(let text): .secret(Secret("s\(text)"))
    case .integer(let number): .secret(Secret("i\(number)"))
    default: value
    }
  }

  /// The value that was sealed, or one that an earlier version has recorded in clear.
  static func open(_ value: Value) -> Value {
    guard case .secret(let secret) = value else { return value }
    let text = secret.reveal()
    if text.hasPrefix("i"), let number = Int64(text.dropFirst()) { return .integer(number) }
    return .string(String(text.dropFirst()))
  }
}
