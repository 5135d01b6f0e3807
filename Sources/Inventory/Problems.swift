import Values

/// Everything that is wrong with an inventory, collected so that a person sees it all at once.
struct Problems {
  private var failures: [Failure] = []

  var isEmpty: Bool { failures.isEmpty }

  mutating func add(_ code: FailureCode, _ message: String, at location: SourceLocation, hint: String) {
    failures.append(Failure(code, message, location: location, hint: hint))
  }

  /// One failure for all, in the order of the lines.
  func failure(file: String) -> Failure {
    let sorted = failures.enumerated().sorted {
      ($0.element.location?.line ?? 0, $0.offset) < ($1.element.location?.line ?? 0, $1.offset)
    }.map(\.element)
    return Failure(
      "inventory.invalid",
      sorted.count == 1 ? "The inventory has a problem." : "The inventory has \(sorted.count) problems.",
      location: sorted.first?.location ?? SourceLocation(file: file, line: 1),
      hint: "Correct what is listed. No host was contacted.", related: sorted)
  }
}
