import Testing

/// Raises one lab for all tests of a suite, for those that leave the appliances as they found them.
struct SharedLab: SuiteTrait, TestScoping {
  /// The lab of the suite that is being run.
  @TaskLocal static var current: Lab?

  /// How many appliances.
  let appliances: Int

  func provideScope(
    for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
  ) async throws {
    try await Lab.withAppliances(appliances) { lab in
      try await Self.$current.withValue(lab) { try await function() }
    }
  }

  /// The suite's lab; fails outside of a suite that has one.
  static var lab: Lab {
    get throws { try #require(current, "the suite has the trait .sharedLab") }
  }
}

extension Trait where Self == SharedLab {
  /// Raises one lab for all tests of the suite; see ``SharedLab/lab``.
  static func sharedLab(_ appliances: Int = 3) -> Self { SharedLab(appliances: appliances) }
}
