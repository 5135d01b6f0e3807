import Values

/// Everything that is wrong with an inventory, collected so that a person sees it all at once; of very much, the first.
struct Problems {
  private static let most = 500
  private var failures: [Failure] = []

  var isEmpty: Bool { failures.isEmpty }
  /// Whether there are more than are listed, so that what takes long to say need not be found out.
  var isFull: Bool { failures.count >= Self.most }

  mutating func add(_ code: FailureCode, _ message: String, at location: SourceLocation, hint: String) {
    failures.append(Failure(code, message, location: location, hint: hint))
  }

  /// One failure for all, in the order of the lines.
  func failure(file: String) -> Failure {
    let sorted = failures.enumerated().sorted {
      ($0.element.location?.line ?? 0, $0.offset) < ($1.element.location?.line ?? 0, $1.offset)
    }.map(\.element)
    let message =
      switch sorted.count {
      case 1: "the inventory has a problem"
      case ...Self.most: "the inventory has \(sorted.count) problems"
      default: "the inventory has \(sorted.count) problems, of which the first \(Self.most) are listed"
      }
    return Failure(
      "inventory.invalid", message, location: sorted.first?.location ?? SourceLocation(file: file, line: 1),
      hint: "correct what is listed; no host was contacted", related: Array(sorted.prefix(Self.most)))
  }
}
