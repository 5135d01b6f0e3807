import Synchronization
import Values

/// A table that lives in a Lua state. It stays alive as long as this reference does.
package final class LuaTable: Sendable {
  let anchor: LuaAnchor

  init(anchor: LuaAnchor) { self.anchor = anchor }
}

/// A function that lives in a Lua state. It stays alive as long as this reference does. Equal references name one
/// function.
package final class LuaFunction: Sendable, Hashable {
  /// Where it was defined; `nil` for functions that are not Lua's.
  package let location: SourceLocation?
  /// The last line of its definition; `nil` for functions that are not Lua's.
  package let lastLine: Int?
  let anchor: LuaAnchor

  init(anchor: LuaAnchor, location: SourceLocation?, lastLine: Int?) {
    self.anchor = anchor
    self.location = location
    self.lastLine = lastLine
  }

  /// Whether both name one function.
  package static func == (left: LuaFunction, right: LuaFunction) -> Bool {
    left.anchor.address == right.anchor.address && left.anchor.queue === right.anchor.queue
  }

  /// Mixes the function's identity in.
  package func hash(into hasher: inout Hasher) { hasher.combine(anchor.address) }
}

/// A slot of a Lua state's registry that keeps one value alive.
final class LuaAnchor: Sendable {
  let reference: CInt
  /// The value's address, which names it as long as it is anchored.
  let address: UInt
  let queue: ReleaseQueue

  init(reference: CInt, address: UInt, queue: ReleaseQueue) {
    self.reference = reference
    self.address = address
    self.queue = queue
  }

  deinit { queue.add(reference) }
}

/// Slots to be released. The last Swift reference can go on any thread; the Lua thread empties this later.
final class ReleaseQueue: Sendable {
  private let references = Mutex<[CInt]>([])
  private let isEmpty = Atomic<Bool>(true)

  func add(_ reference: CInt) {
    references.withLock { $0.append(reference) }
    isEmpty.store(false, ordering: .releasing)
  }

  func take() -> [CInt] {
    guard !isEmpty.load(ordering: .acquiring) else { return [] }
    return references.withLock { list in
      isEmpty.store(true, ordering: .releasing)
      defer { list = [] }
      return list
    }
  }
}
