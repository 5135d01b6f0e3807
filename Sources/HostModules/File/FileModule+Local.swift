import Engine
import Foundation
import LocalFiles
import Remote
import Values

/// Files of the machine that runs this program: what an operator brings for a run.
extension FileModule {
  private static let path = Parameter("path", .string, "The absolute path on this machine.")

  var existsHere: Primitive {
    Primitive(
      "exists_local", "Whether something exists at a path on this machine, the one that runs this program.",
      parameters: [Self.path],
      returns: ReturnType("boolean", "Whether something exists there."),
      effect: .reads,
      perform: { arguments, _ in
        let path = try Self.absolute(arguments.string("path"))
        return .bool(try await Self.filesHere.exists(path))
      })
  }

  var readHere: Primitive {
    Primitive(
      "read_local",
      """
      The contents of a file on this machine, the one that runs this program: what the operator brings for the run. At
      most one megabyte; copy larger files to hosts with `ssh.upload`.
      """,
      parameters: [Self.path],
      returns: ReturnType("string", "The contents."),
      effect: .reads,
      perform: { arguments, _ in
        let path = try Self.absolute(arguments.string("path"))
        return .text(try await Self.filesHere.read(path))
      })
  }

  /// The files of this machine.
  static var filesHere: RemoteFiles {
    RemoteFiles(LocalTransport(host: HostSpec(name: "this machine", isLocal: true)))
  }

  /// A path of this machine that means the same wherever the program is started; fails for another.
  static func absolute(_ path: String) throws -> String {
    guard path.hasPrefix("/") else {
      throw Failure(.argument, "\"\(path)\" is not an absolute path on this machine", hint: "start the path with /")
    }
    return path
  }
}

extension FileModule {
  var handOver: Primitive {
    Primitive(
      "create_local",
      """
      Writes a secret, for example an unlock key, to a new file on this machine that only its owner can read. The
      operator then moves it to a safe place. It is on the disk when the step is done. A file that holds this secret
      already is left as it is; one that holds something else is never overwritten, because that may be the only copy of
      an older key.
      """,
      parameters: [
        Parameter("path", .string, "The absolute path on this machine. Its folder must exist."),
        Parameter("contents", .secret, "The secret."),
      ],
      effect: .changes(.idempotent),
      perform: { arguments, context in
        let path = try Self.absolute(arguments.string("path"))
        let contents = Array(((arguments.secret("contents")?.reveal() ?? "") + "\n").utf8)
        if try await Self.made(contents, at: path) { return .null }
        let files = Self.filesHere
        guard try await files.read(path) == contents else {
          throw Failure(
            .fileOccupied, "\(path) exists already and holds something else", cause: nil,
            hint: "move it to a safe place if it is an older key, or name another file")
        }
        // The program that wrote it may have died before it was on the disk.
        try await files.flush(path)
        context.unchanged()
        return .null
      })
  }

  /// Whether the file was made; `false` when something exists there.
  private static func made(_ contents: [UInt8], at path: String) async throws -> Bool {
    do {
      return try await onThreadOfItsOwn { try DurableFile.create(contents, at: path, mode: 0o600) }
    } catch let problem as LocalFileProblem {
      let code: FailureCode =
        switch problem.error {
        case ENOENT, ENOTDIR: .fileNotFound
        case EACCES, EPERM, EROFS: .filePermission
        case ENOSPC, EDQUOT: .fileNoSpace
        default: .fileFailed
        }
      throw Failure(
        code, "could not \(problem.verb) \(problem.path) on this machine", cause: problem.cause,
        hint: "check the folder, its owner and its free space, then resume; the secret is not in any file yet")
    }
  }
}

extension FailureCode {
  /// A file that must not be overwritten exists.
  package static let fileOccupied: FailureCode = "file.occupied"
}
