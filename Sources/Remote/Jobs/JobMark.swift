/// What a host reports about itself before a run starts its first job there; it decides later what a missing trace
/// means.
public struct JobMark: Sendable, Hashable {
  /// The mark in the run's folder. As long as it is there, the trace of no job was lost.
  public var mark: String
  /// The host's boot.
  public var boot: String

  /// Describes a host.
  public init(mark: String, boot: String) {
    self.mark = mark
    self.boot = boot
  }
}
