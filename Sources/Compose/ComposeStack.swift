import Values

/// What `docker stack deploy -c FIRST -c SECOND …` would deploy.
public struct ComposeStack: Sendable, Hashable {
  /// The services by name, in the order of the alphabet.
  public var services: [ComposeService]
  /// What it needs that is in none of the files.
  public var needs: [ComposeNeed]
  /// What does not stop a deployment but is worth a look: each variable that is not set, once, and each key that is
  /// left aside.
  public var warnings: [Failure]

  /// Replaces the variables of each file and merges the files.
  ///
  /// The rules are those of the Docker CLI: what its schema refuses is refused, and the services of a later file with
  /// the same name are laid over the earlier ones; single values of the later one win unless they are empty;
  /// `deploy.placement.constraints` are appended; ports are distinguished by the published number and sorted by it.
  /// Variables come from the environment of the command only: docker stack deploy reads no `.env` file.
  ///
  /// - Parameters:
  ///   - files: The compose file and its override files, in the order of the `-c` options.
  ///   - environment: The variables of the process that deploys.
  ///   - dialect: The version of Docker's client that deploys.
  /// - Throws: ``Failure`` `compose.invalid` for a shape that Docker refuses, `compose.not_deployable` for what it
  ///   refuses only in the middle of a deployment, `compose.bad_variable` for a `$` it can't read or a required
  ///   variable that is not set, `compose.bad_constraint` for a constraint that it can't read. When there are several,
  ///   the first has the others in `related`.
  public static func merge(
    _ files: [ComposeFile], environment: [String: String] = [:], dialect: ComposeDialect = .any
  ) throws(Failure) -> ComposeStack {
    var reader = ComposeReader(environment: environment, dialect: dialect)
    var merged: [String: ServicePart] = [:]
    for file in files {
      for part in reader.services(of: file) {
        merged[part.name] = merged[part.name].map { $0.overlaid(by: part, dialect) } ?? part
      }
    }
    let parts = merged.keys.sorted().compactMap { merged[$0] }
    reader.finish(parts)
    let order = Dictionary(files.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
    func key(_ failure: Failure) -> (Int, Int) {
      (failure.location.flatMap { order[$0.file] } ?? 0, failure.location?.line ?? 0)
    }
    let failures = reader.failures.enumerated().sorted {
      let (left, right) = (key($0.element), key($1.element))
      return left == right ? $0.offset < $1.offset : left < right
    }.map(\.element)
    if var first = failures.first {
      // A text that can't be read may be so because a variable in it is not set.
      first.related = Array(failures.dropFirst()) + reader.warnings.filter { $0.code == "compose.unset_variable" }
      throw first
    }
    return ComposeStack(services: parts.map { $0.service() }, needs: reader.needs, warnings: reader.warnings)
  }
}
