import Engine
import Remote
import Values

extension FileModule {
  var handOver: Primitive {
    Primitive(
      "hand_over",
      """
      Writes a secret to a new file of this machine that only its owner can read, to be put away by the operator: an
      unlock key, for example. A file that holds this secret already is left as it is; one that holds something else is
      never overwritten, because that may be the only copy of an older key.
      """,
      parameters: [
        Parameter("path", .string, "The absolute path on this machine. Its folder must be there."),
        Parameter("contents", .secret, "The secret."),
      ],
      effect: .changes(.idempotent),
      perform: { arguments, context in
        let path = try Self.absolute(arguments.string("path"))
        let contents = Array(((arguments.secret("contents")?.reveal() ?? "") + "\n").utf8)
        let files = Self.filesHere
        guard try await files.exists(path) else {
          try await files.write(contents, to: path, mode: 0o600)
          return .null
        }
        guard try await files.read(path) == contents else {
          throw Failure(
            .fileOccupied, "\(path) is there already and holds something else", cause: nil,
            hint: "move it to a safe place if it is an older key, or name another file")
        }
        context.unchanged()
        return .null
      })
  }
}

extension FailureCode {
  /// A file that must not be overwritten is there.
  public static let fileOccupied: FailureCode = "file.occupied"
}
