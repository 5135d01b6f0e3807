import CLua
import Values

/// A Swift value that scripts hold as userdata.
///
/// Objects of equal type name and identity are one userdata as long as a script holds it, so they are equal and work as
/// table keys; the first one pushed is the one that scripts see. Without an identity, each `LuaObject` is its own.
package struct LuaObject: Sendable {
  /// What scripts can do with an object.
  package enum Behavior: Sendable {
    /// Its fields can be read.
    case plain
    /// Nothing of it can be used but its text; any try is an error with this hint. For secrets.
    case hidden(hint: String)
    /// Nearly everything gives the object itself: it represents a value that is not known yet.
    case absorbing
  }

  let storage: Storage

  /// Describes an object: `text` is what `tostring` gives, `fields` are what scripts can read.
  package init(
    typeName: String, identity: String?, text: String, payload: any Sendable, behavior: Behavior = .plain,
    fields: [String: LuaValue] = [:]
  ) {
    storage = Storage(
      typeName: typeName, identity: identity, text: text, payload: payload, behavior: behavior, fields: fields)
  }

  init(storage: Storage) { self.storage = storage }

  /// What kind of thing it is, for messages.
  package var typeName: String { storage.typeName }
  /// What distinguishes it from others of its type.
  package var identity: String? { storage.identity }
  /// What `tostring` gives.
  package var text: String { storage.text }
  /// The Swift value.
  package var payload: any Sendable { storage.payload }
  /// What scripts can do with it.
  package var behavior: Behavior { storage.behavior }
  /// What scripts can read.
  package var fields: [String: LuaValue] { storage.fields }

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

/// What the operators do with objects, by their behavior.
enum LuaMetamethods {
  /// Fields can be read, by the names that it has.
  static var plain: [String: HostClosure] {
    [
      "__tostring": text,
      "__index": HostClosure("index") { machine, L in
        guard let object = machine.object(at: 1, of: L) else { return 0 }
        guard let name = machine.text(at: 2, of: L) else { return machine.raise(unknownField(nil, object), on: L) }
        guard let field = object.fields[name] else { return machine.raise(unknownField(name, object), on: L) }
        return machine.answer(field, on: L)
      },
      "__newindex": readOnly,
    ]
  }

  /// Errors give nil for fields that they don't have, and can be joined with text.
  static var thrown: [String: HostClosure] {
    [
      "__tostring": text,
      "__index": HostClosure("index") { machine, L in
        guard let object = machine.object(at: 1, of: L), let name = machine.text(at: 2, of: L) else { return 0 }
        return machine.answer(object.fields[name] ?? .nil, on: L)
      },
      "__newindex": readOnly,
      "__concat": HostClosure("concat") { machine, L in
        let sides = [CInt(1), 2].map { index in
          machine.object(at: index, of: L)?.text ?? machine.numberOrText(at: index, of: L)
        }
        guard let left = sides[0], let right = sides[1] else {
          return machine.raise(LuaError(kind: .runtime, message: "an error joins with text only"), on: L)
        }
        return machine.answer(.string(left + right), on: L)
      },
    ]
  }

  /// Every use is an error with the hint.
  static var hidden: [String: HostClosure] {
    var methods = ["__tostring": text]
    for (name, use) in uses {
      methods[name] = HostClosure(String(name.dropFirst(2))) { machine, L in
        let index: CInt = machine.object(at: 1, of: L).map { if case .hidden = $0.behavior { 1 } else { 2 } } ?? 2
        guard let object = machine.object(at: index, of: L), case .hidden(let hint) = object.behavior else { return 0 }
        let failure = Failure(.luaHidden, "a \(object.typeName) can't be \(use)", hint: hint)
        return machine.raise(failure, on: L)
      }
    }
    return methods
  }

  /// Every use gives the object, except where that would never end.
  static var absorbing: [String: HostClosure] {
    var methods = ["__tostring": text]
    let itself = HostClosure("use") { machine, L in
      let index: CInt = machine.object(at: 1, of: L).map { if case .absorbing = $0.behavior { 1 } else { 2 } } ?? 2
      lua_pushvalue(L, index)
      return 1
    }
    for name in uses.keys { methods[name] = itself }
    methods["__index"] = HostClosure("index") { _, L in
      if lua_type(L, 2) == LUA_TSTRING { lua_pushvalue(L, 1) } else { lua_pushnil(L) }
      return 1
    }
    methods["__call"] = HostClosure("call") { _, L in
      // `for … in` calls with (nil, nil) first; a loop over an unknown value makes no pass.
      if lua_gettop(L) == 3, lua_type(L, 2) == LUA_TNIL { lua_pushnil(L) } else { lua_pushvalue(L, 1) }
      return 1
    }
    methods["__newindex"] = HostClosure("assign") { _, _ in 0 }
    methods["__len"] = HostClosure("length") { machine, L in machine.answer(.integer(0), on: L) }
    let no = HostClosure("compare") { machine, L in machine.answer(.bool(false), on: L) }
    methods["__lt"] = no
    methods["__le"] = no
    methods["__pairs"] = HostClosure("pairs") { machine, L in
      machine.push(HostClosure("next") { _, _ in 0 }, on: L)
      lua_pushvalue(L, 1)
      return 2
    }
    return methods
  }

  private static var text: HostClosure {
    HostClosure("tostring") { machine, L in
      machine.answer(.string(machine.object(at: 1, of: L)?.text ?? ""), on: L)
    }
  }

  private static var readOnly: HostClosure {
    HostClosure("assign") { machine, L in
      let type = machine.object(at: 1, of: L)?.typeName ?? "object"
      return machine.raise(Failure(.luaReadOnly, "a \(type) can't be changed"), on: L)
    }
  }

  private static let uses: [String: String] = {
    var uses = [
      "__index": "looked into", "__newindex": "changed", "__call": "called", "__concat": "joined with text",
      "__len": "measured", "__lt": "compared", "__le": "compared", "__pairs": "looked into",
    ]
    for name in ["add", "sub", "mul", "div", "mod", "pow", "unm", "idiv", "band", "bor", "bxor", "bnot", "shl", "shr"] {
      uses["__" + name] = "calculated with"
    }
    return uses
  }()

  private static func unknownField(_ name: String?, _ object: LuaObject.Storage) -> Failure {
    let known = object.fields.keys.sorted()
    guard let name else {
      return Failure(
        .luaUnknownField, "a \(object.typeName) has fields with names only",
        hint: known.isEmpty ? nil : "choose from: \(known.joined(separator: ", "))")
    }
    let nearest = Suggestion.closest(to: name, among: known).map { "did you mean \"\($0)\"?" }
    let list = known.isEmpty ? "it has none" : "it has \(known.joined(separator: ", "))"
    return Failure(
      .luaUnknownField, "a \(object.typeName) has no field \"\(name)\"; " + (nearest ?? list),
      hint: [nearest, list].compactMap(\.self).joined(separator: " "))
  }
}

extension LuaMachine {
  /// Pushes the one result of a metamethod.
  func answer(_ value: LuaValue, on L: OpaquePointer) -> CInt {
    do {
      try push(value, on: L)
      return 1
    } catch {
      return raise(error, on: L)
    }
  }

  /// A string, or a number as Lua writes it.
  func numberOrText(at index: CInt, of L: OpaquePointer) -> String? {
    guard lua_type(L, index) == LUA_TNUMBER || lua_type(L, index) == LUA_TSTRING else { return nil }
    guard lvm_tolstring(L, index) == LUA_OK else {
      lvm_pop(L, 1)
      return nil
    }
    defer { lvm_pop(L, 1) }
    return text(at: -1, of: L)
  }
}
