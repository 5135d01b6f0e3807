import Values

extension FailureCode {
  /// A new run's ID is taken.
  public static let runExists: FailureCode = "journal.run_exists"
  /// A step's or a host's name can't be recorded as it is.
  public static let nameInvalid: FailureCode = "journal.name_invalid"
}

extension Failure {
  /// Nothing is known of that run.
  static func unknownRun(_ id: String) -> Failure {
    Failure(.runUnknown, "there is no run \(id)", hint: "list the runs with: runbook list")
  }

  /// Several runs begin with that ID.
  static func ambiguousRun(_ prefix: String, matches: [String]) -> Failure {
    let shown = matches.prefix(8).joined(separator: ", ") + (matches.count > 8 ? ", …" : "")
    return Failure(
      .runUnknown, "\(matches.count) runs begin with \(prefix): \(shown)", hint: "give more of the run's ID")
  }

  /// A run of that ID is there already.
  static func runExists(_ id: String) -> Failure {
    Failure(.runExists, "there is already a run \(id)", hint: "choose another ID; IDs are never used again")
  }
}
