import Values

/// What `docker stack deploy -c FIRST -c SECOND …` would deploy.
public struct ComposeStack: Sendable, Hashable {
  /// The services by name, in the order of the alphabet.
  public var services: [ComposeService]
  /// What does not stop a deployment but is worth a look: each variable that is not set, once.
  public var warnings: [Failure]

  /// Replaces the variables of each file and merges the files.
  ///
  /// The rules are those of the Docker CLI (docker/cli, `cli/compose/loader/merge.go`): the services of a later file
  /// with the same name are laid over the earlier ones; single values of the later one win unless they are empty;
  /// `deploy.placement.constraints` are appended; ports are united and sorted by the published port. Variables come from
  /// the environment of the command only: docker stack deploy reads no `.env` file.
  ///
  /// - Parameters:
  ///   - files: The compose file and its override files, in the order of the `-c` options.
  ///   - environment: The variables of the process that deploys.
  /// - Throws: ``Failure`` `compose.invalid` for a shape that Docker refuses, `compose.bad_variable` for a `$` it can't
  ///   read or a required variable that is not set, `compose.bad_constraint` for a constraint that it can't read. When
  ///   there are several, the first has the others in `related`.
  public static func merge(_ files: [ComposeFile], environment: [String: String] = [:]) throws(Failure) -> ComposeStack
  {
    var reader = ComposeReader(environment: environment)
    var merged: [String: ServicePart] = [:]
    for file in files {
      for part in reader.services(of: file) {
        merged[part.name] = merged[part.name].map { $0.overlaid(by: part) } ?? part
      }
    }
    let services = merged.keys.sorted().compactMap { merged[$0] }.map { $0.service() }
    if var first = reader.failures.first {
      first.related = Array(reader.failures.dropFirst())
      throw first
    }
    return ComposeStack(services: services, warnings: reader.warnings)
  }
}
