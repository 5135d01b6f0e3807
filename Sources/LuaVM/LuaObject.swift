/// A Swift value that scripts hold as userdata.
///
/// Objects of equal type name and identity are one userdata as long as a script holds it, so they are equal and work as
/// table keys; the first one pushed is the one that scripts see. Without an identity, each `LuaObject` is its own.
public struct LuaObject: Sendable {
  /// What scripts can do with an object.
  public enum Behavior: Sendable {
    /// Its fields can be read.
    case plain
    /// Nothing of it can be used but its text; any try is an error with this hint. For secrets.
    case hidden(hint: String)
    /// Nearly everything gives the object itself: it represents a value that is not known yet.
    case absorbing
  }

  let storage: Storage

  /// Describes an object: `text` is what `tostring` gives, `fields` are what scripts can read.
  public init(
    typeName: String, identity: String?, text: String, payload: any Sendable, behavior: Behavior = .plain,
    fields: [String: LuaValue] = [:]
  ) {
    storage = Storage(
      typeName: typeName, identity: identity, text: text, payload: payload, behavior: behavior, fields: fields)
  }

  init(storage: Storage) { self.storage = storage }

  /// What kind of thing it is, for messages.
  public var typeName: String { storage.typeName }
  /// What distinguishes it from others of its type.
  public var identity: String? { storage.identity }
  /// What `tostring` gives.
  public var text: String { storage.text }
  /// The Swift value.
  public var payload: any Sendable { storage.payload }
  /// What scripts can do with it.
  public var behavior: Behavior { storage.behavior }
  /// What scripts can read.
  public var fields: [String: LuaValue] { storage.fields }

  final class Storage: Sendable {
    let typeName: String
    let identity: String?
    let text: String
    let payload: any Sendable
    let behavior: Behavior
    let fields: [String: LuaValue]

    init(
      typeName: String, identity: String?, text: String, payload: any Sendable, behavior: Behavior,
      fields: [String: LuaValue]
    ) {
      self.typeName = typeName
      self.identity = identity
      self.text = text
      self.payload = payload
      self.behavior = behavior
      self.fields = fields
    }

    /// What it is interned under. Without an identity its own address serves: the userdata keeps it alive.
    var key: String {
      if let identity { return "\(typeName)\u{0}\(identity)" }
      return "\(typeName)\u{0}\u{0}\(UInt(bitPattern: ObjectIdentifier(self)))"
    }
  }
}
