import LuaVM
import Synchronization
import Values

/// Makes a ``HostModule`` callable from Lua.
struct HostModuleBinding {
  let module: HostModule
  let session: ScriptSession

  /// The global table of the module.
  var item: LuaItem {
    var members: [String: LuaItem] = [:]
    for primitive in module.primitives { members[primitive.name] = .function(function(primitive)) }
    let name = module.name, names = module.primitives.map(\.name)
    return .table(members, name: name) { member in
      Failure(
        .notAvailable, "there is no function \(name).\(member)",
        hint: RenamedName.hint(for: "\(name).\(member)") ?? Suggestion.hint(for: member, among: names))
    }
  }

  private func function(_ primitive: Primitive) -> LuaHostFunction {
    let name = "\(module.name).\(primitive.name)"
    let session = session
    return LuaHostFunction(name) { call in
      let location = call.location()
      do {
        let frame = try Self.frame(for: primitive, name)
        let given = try call.arguments.map { try call.snapshot($0) }
        let arguments = try ArgumentCheck(function: name, conversion: session.conversion)
          .check(given, against: primitive.parameters)
        let request = PrimitiveCall(name: name, primitive: primitive, arguments: arguments, location: location)
        let own = primitive.deprecation.map { [DeprecatedUse(what: name, deprecation: $0)] } ?? []
        let warnings = session.deprecations.due(own + arguments.deprecated, at: location)
        return .awaits {
          for warning in warnings { await session.driver.warn(warning, in: frame) }
          do { return [try await session.driver.perform(request, in: frame)] } catch var failure as Failure {
            failure.location = failure.location ?? location
            failure.step = failure.step ?? frame.path
            throw failure
          }
        }
      } catch var failure as Failure {
        failure.location = failure.location ?? location
        if Self.misplaced.contains(failure.code) { session.failures.note(mistake: failure) }
        throw failure
      }
    }
  }

  /// A call where it is not allowed: it is skipped, even if the script catches that.
  private static let misplaced: Set<FailureCode> = [.outsideStep, .changeInCheck]

  /// The step that the call belongs to.
  private static func frame(for primitive: Primitive, _ name: String) throws -> StepFrame {
    guard let frame = TaskContext.step else {
      if primitive.effect == .pure { return StepFrame(path: "", attempt: 0, host: nil) }
      throw Failure(
        .outsideStep, "\(name) was called outside a step",
        hint: "put every effect inside a step: step(\"…\", function() return \(name)(…) end)")
    }
    if frame.isCheck, case .changes = primitive.effect {
      throw Failure(
        .changeInCheck, "\(name) changes something, and a check only reads",
        hint: "call it in the step's own function")
    }
    return frame
  }
}

/// Warns of deprecated names, once for each line that uses one.
final class DeprecationWarnings: Sendable {
  private let warned = Mutex<Set<String>>([])

  /// The warnings that are due.
  func due(_ uses: [DeprecatedUse], at location: SourceLocation?) -> [String] {
    uses.compactMap { use in
      let text =
        (location.map { "\($0): " } ?? "")
        + "\(use.deprecation.message(of: use.what)): use \(use.deprecation.instead)"
      return warned.withLock { $0.insert(text).inserted } ? text : nil
    }
  }
}
