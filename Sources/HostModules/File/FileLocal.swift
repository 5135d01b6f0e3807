import Engine
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
