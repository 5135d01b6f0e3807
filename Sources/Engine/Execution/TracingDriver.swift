import Journal
import LuaVM
import Values

/// Tells of every call of a host module: what it was given, what came of it, how long it took.
struct TracingDriver: DriverLayer {
  let inner: any StepDriver
  let conversion: Conversion
  let clock: any EngineClock
  let trace: @Sendable (Event) -> Void

  func perform(_ call: PrimitiveCall, in frame: StepFrame) async throws -> LuaValue {
    let began = ContinuousClock.now
    do {
      let result = try await inner.perform(call, in: frame)
      tell(call, frame, since: began, ["result": (try? conversion.value(result, what: "the result")) ?? .null])
      return result
    } catch let error as any UncatchableError {
      throw error
    } catch {
      tell(call, frame, since: began, ["failure": FailureMapping.failure(error).value])
      throw error
    }
  }

  private func tell(
    _ call: PrimitiveCall, _ frame: StepFrame, since began: ContinuousClock.Instant, _ ending: [String: Value]
  ) {
    let given = call.primitive.parameters.compactMap { parameter in
      Self.worthTelling(call.arguments.arguments[parameter.name], parameter.type).map { value -> Value in
        ["name": .string(parameter.name), "value": value]
      }
    }
    var payload: [String: Value] = [
      "primitive": .string(call.name), "arguments": .array(given),
      "seconds": .number((ContinuousClock.now - began).seconds),
    ]
    if let place = call.place { payload["place"] = place.value }
    if frame.isCheck { payload["check"] = true }
    trace(
      Event(
        at: clock.now(), kind: .callTraced, path: frame.path.isEmpty ? nil : frame.path,
        attempt: frame.attempt > 0 ? frame.attempt : nil, host: call.arguments.hosts.first ?? frame.host,
        payload: .object(payload.merging(ending, uniquingKeysWith: { $1 }))))
  }

  /// What was given, without the members of options that were left out.
  private static func worthTelling(_ value: Value?, _ type: ParameterType) -> Value? {
    guard let value else { return nil }
    guard case .record(let members) = type, let given = value.objectValue else { return value }
    let told = members.compactMap { member -> (String, Value)? in
      guard let value = Arguments(given)[member.name], value != member.defaultValue else { return nil }
      return worthTelling(value, member.type).map { (member.name, $0) }
    }
    return told.isEmpty ? nil : .object(Dictionary(told, uniquingKeysWith: { $1 }))
  }
}
