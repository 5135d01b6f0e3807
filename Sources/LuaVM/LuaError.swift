import Values

/// How a script failed.
package struct LuaError: Error, Sendable {
  /// What kind of failure it is.
  package enum Kind: Sendable, Hashable {
    /// The text is not Lua.
    case syntax
    /// The script raised an error, or a host function did.
    case runtime
    /// The script used more memory than it may.
    case memory
    /// The state was interrupted, or is closed.
    case interrupted
  }

  /// What kind of failure it is.
  package var kind: Kind
  /// What happened, without the place.
  package var message: String
  /// The innermost line of a script that it comes from.
  package var location: SourceLocation?
  /// The calls that led to it, innermost first, one a line.
  package var traceback: String
  /// The error that a host function threw, when that is what reached the top.
  package var underlying: (any Error)?
  /// The error value, when it is not text: `error { code = 1 }`.
  package var value: LuaValue?

  package init(
    kind: Kind, message: String, location: SourceLocation? = nil, traceback: String = "",
    underlying: (any Error)? = nil,
    value: LuaValue? = nil
  ) {
    self.kind = kind
    self.message = message
    self.location = location
    self.traceback = traceback
    self.underlying = underlying
    self.value = value
  }

  /// The same failure, seen from further out.
  func passed(through location: SourceLocation?, traceback outer: String) -> LuaError {
    var error = self
    error.location = error.location ?? location
    error.traceback = [traceback, outer].filter { !$0.isEmpty }.joined(separator: "\n")
    return error
  }

  static let closed = LuaError(kind: .interrupted, message: "the Lua state is closed")
  static let interrupted = LuaError(kind: .interrupted, message: "the script was interrupted")
}

extension LuaError: CustomStringConvertible {
  /// As Lua would print it: the place and the message, or what the host function's error says.
  package var description: String {
    if let underlying { return "\(underlying)" }
    return location.map { "\($0): \(message)" } ?? message
  }
}

/// A Swift error on its way through scripts.
final class LuaThrown: Sendable {
  let error: any Error
  let location: SourceLocation?
  let traceback: String

  init(_ error: any Error, location: SourceLocation?, traceback: String) {
    self.error = error
    self.location = location
    self.traceback = traceback
  }

  /// What it is at the top.
  var outcome: LuaError {
    if let inner = error as? LuaError { return inner.passed(through: location, traceback: traceback) }
    let message = (error as? Failure)?.message ?? "\(error)"
    return LuaError(kind: .runtime, message: message, location: location, traceback: traceback, underlying: error)
  }

  /// What scripts see.
  var object: LuaObject {
    var fields: [String: LuaValue] = [:]
    let cause = (error as? LuaError)?.underlying ?? error
    if let failure = cause as? Failure {
      fields["message"] = .string(failure.message)
      fields["code"] = .string(failure.code.rawValue)
      fields["host"] = failure.host.map(LuaValue.string)
      fields["hint"] = failure.hint.map(LuaValue.string)
      fields["cause"] = failure.cause.map(LuaValue.string)
      fields["retryable"] = .bool(failure.isRetryable)
      fields["related"] = .list(failure.related.map { .object(LuaThrown($0, location: nil, traceback: "").object) })
    } else {
      fields["message"] = .string((error as? LuaError)?.message ?? "\(error)")
    }
    return LuaObject(typeName: "error", identity: nil, text: "\(error)", payload: self, fields: fields)
  }
}

extension FailureCode {
  /// A function that waits was called where a script can't wait.
  package static let luaCannotWait: FailureCode = "lua.cannot_wait"
  /// A value can't be taken as data.
  package static let luaNotData: FailureCode = "lua.not_data"
  /// An object does not have such a field.
  package static let luaUnknownField: FailureCode = "lua.unknown_field"
  /// An object or table can't be assigned to.
  package static let luaReadOnly: FailureCode = "lua.read_only"
  /// A secret was used as if it were text.
  package static let luaHidden: FailureCode = "lua.hidden"
  /// A reference belongs to another Lua state.
  package static let luaForeign: FailureCode = "lua.foreign_reference"
  /// Functions that wait are nested too deep.
  package static let luaNesting: FailureCode = "lua.nesting"
}

/// An error that scripts can't catch: it ends the coroutine and goes straight to who called it. `CancellationError` is
/// treated as one too.
package protocol UncatchableError: Error {}

func isUncatchable(_ error: any Error) -> Bool {
  if let error = error as? LuaError, error.kind == .interrupted { return true }
  return error is any UncatchableError || error is CancellationError
}
