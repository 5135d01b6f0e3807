import Engine
import Synchronization
import Values

/// A failure that a test causes in a step.
struct StepFault: Sendable {
  var step: String?
  var primitive: String?
  var message: String
  var times: Int64
  var isRetryable: Bool
  /// Whether it was carried out, and only the answer is lost.
  var isAfter: Bool

  init?(_ value: Value) {
    guard let message = value["message"]?.stringValue else { return nil }
    self.message = message
    step = value["step"]?.stringValue
    primitive = value["primitive"]?.stringValue
    times = value["times"]?.integerValue ?? 1
    isRetryable = value["retryable"]?.boolValue ?? false
    isAfter = value["after"]?.boolValue ?? false
  }
}

/// Makes primitives fail where a test requests it.
final class StepFaults: Sendable {
  private let left: Mutex<[StepFault]>

  init(_ faults: [StepFault]) { left = Mutex(faults) }

  /// The modules, with the faults.
  func around(_ modules: [HostModule]) -> [HostModule] {
    modules.map { module in
      module.mapping { name, primitive in
        var primitive = primitive
        let perform = primitive.perform
        primitive.perform = { arguments, context in
          guard let fault = self.next(name, context.path) else { return try await perform(arguments, context) }
          if fault.isAfter { _ = try await perform(arguments, context) }
          throw Failure("test.injected", fault.message, isRetryable: fault.isRetryable, leavesDoubt: fault.isAfter)
        }
        return primitive
      }
    }
  }

  private func next(_ primitive: String, _ path: String) -> StepFault? {
    left.withLock { faults in
      let index = faults.firstIndex { fault in
        fault.times > 0 && (fault.step == nil || fault.step == path)
          && (fault.primitive == nil || fault.primitive == primitive)
      }
      guard let index else { return nil }
      faults[index].times -= 1
      return faults[index]
    }
  }
}
