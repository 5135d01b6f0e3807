import Journal

/// How the hosts stood before a run, and after it; `nil` where nobody looked, as with a run that changes nothing.
public struct RunPictures: Sendable {
  let before: SwarmPicture?
  let after: SwarmPicture?

  /// What was recorded in a run's events.
  public init(of events: [Event]) {
    before = events.picture(.before)
    after = events.picture(.after)
  }

  /// What is different of the second; nothing where one of the two isn't known.
  static func differences(_ left: SwarmPicture?, _ right: SwarmPicture?) -> [PictureComparison.Difference] {
    guard let left, let right else { return [] }
    return PictureComparison(left, right).differences
  }
}
