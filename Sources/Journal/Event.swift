import Foundation
import Values

/// One thing that happened in a run. Everything that is shown of a run is derived from its events, in order.
public struct Event: Sendable, Hashable {
  /// The place in the run's history, counted from 1; 0 for an event that is not stored.
  public var sequence: Int64
  /// When it happened, by the executing machine's clock.
  public var at: Date
  /// What happened.
  public var kind: EventKind
  /// The step or scope that it belongs to, for example `workers/da2/join the swarm`.
  public var path: String?
  /// The attempt of the step, counted from 1.
  public var attempt: Int?
  /// The inventory name of the host it concerns.
  public var host: String?
  /// The rest, by kind: an object.
  public var payload: Value

  /// Describes something that happened.
  public init(
    sequence: Int64 = 0, at: Date, kind: EventKind, path: String? = nil, attempt: Int? = nil, host: String? = nil,
    payload: Value = .object([:])
  ) {
    self.sequence = sequence
    self.at = at
    self.kind = kind
    self.path = path
    self.attempt = attempt
    self.host = host
    self.payload = payload
  }
}
