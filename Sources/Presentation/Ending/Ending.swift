import Journal
import Values

/// What to say at the end of an execution besides what its events said.
public struct Ending: Sendable {
  /// What went wrong, when no event reported it.
  public var failure: Failure?
  /// The files whose lines a failure's report shows.
  public var sources: SourceText
  /// What to type next.
  public var next: [NextCommand]

  /// Describes an ending.
  public init(
    failure: Failure? = nil, sources: SourceText = SourceText(), next: [NextCommand] = []
  ) {
    self.failure = failure
    self.sources = sources
    self.next = next
  }
}
