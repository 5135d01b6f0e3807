import Journal
import LuaVM
import Values

/// Reports every call of a host module: its arguments, its result, how long it took.
struct TracingDriver: DriverLayer {
  let inner: any StepDriver
  let conversion: Conversion
  let clock: any EngineClock
  let trace: @Sendable (Event) -> Void

  func perform(_ call: PrimitiveCall, in frame: StepFrame) async throws -> LuaValue {
    let began = ContinuousClock.now
    do {
      let result = try await inner.perform(call, in: frame)
      tell(call, frame, since: began, (try? conversion.value(result, what: "the result")) ?? .null, nil)
      return result
    } catch let error as any UncatchableError {
      throw error
    } catch {
      tell(call, frame, since: began, nil, FailureMapping.failure(error))
      throw error
    }
  }

  private func tell(
    _ call: PrimitiveCall, _ frame: StepFrame, since began: ContinuousClock.Instant, _ result: Value?,
    _ failure: Failure?
  ) {
    let given = call.primitive.parameters.compactMap { parameter in
      Self.worthTelling(call.arguments.arguments[parameter.name], parameter.type).map {
        Event.CallTraced.Argument(parameter.name, conversion.secrets.hidden($0))
      }
    }
    trace(
      Event(
        at: clock.now(), path: frame.path.isEmpty ? nil : frame.path,
        attempt: frame.attempt > 0 ? frame.attempt : nil, host: call.arguments.hosts.first ?? frame.host,
        Event.CallTraced(
          primitive: call.name, arguments: given, seconds: (ContinuousClock.now - began).seconds,
          location: call.location, check: frame.isCheck ? true : nil,
          result: result.map { conversion.secrets.hidden($0) }, failure: failure.map { conversion.secrets.hidden($0) }))
    )
  }

  /// The arguments, without the members of options that were left out.
  private static func worthTelling(_ value: Value?, _ type: ParameterType) -> Value? {
    guard let value else { return nil }
    guard case .record(let members) = type, let given = value.objectValue else { return value }
    let reported = members.compactMap { member -> (String, Value)? in
      guard let value = Arguments(given)[member.name], value != member.defaultValue else { return nil }
      return worthTelling(value, member.type).map { (member.name, $0) }
    }
    return reported.isEmpty ? nil : .object(Dictionary(reported, uniquingKeysWith: { $1 }))
  }
}
