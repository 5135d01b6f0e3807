import Engine
import Journal
import Values

/// The moments of an execution at which it may die: before and after each write to the journal and each effect.
///
/// A moment has a name for each thing that happens there: `before` or `after`, then the event's kind or the primitive,
/// then the step's path, as in `after step.started workers/da2/leave its own swarm`.
public protocol CrashMoments: Sendable {
  /// Passes a moment; throws, or never returns, when it is the last one.
  func pass(_ names: [String]) throws
  /// Whether the last moment has come.
  var isDead: Bool { get }
}

extension CrashMoments {
  /// Modules whose changing primitives have a moment before and after what they do.
  public func around(_ modules: [HostModule]) -> [HostModule] {
    modules.map { module in
      module.mapping { name, primitive in
        guard case .changes = primitive.effect else { return primitive }
        var primitive = primitive
        let perform = primitive.perform
        primitive.perform = { arguments, context in
          try self.pass(["before \(name) \(context.path)"])
          let result = try await perform(arguments, context)
          try self.pass(["after \(name) \(context.path)"])
          return result
        }
        return primitive
      }
    }
  }

  /// A journal with a moment before and after each write.
  public func around(_ store: any JournalStore) -> any JournalStore { CrashingStore(inner: store, moments: self) }
}
