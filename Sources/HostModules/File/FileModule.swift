import Engine
import Remote
import Values

/// `file`: small files on hosts.
struct FileModule: Sendable {
  let fleet: Fleet

  var module: HostModule {
    HostModule(
      "file", "Small files on hosts, read and written as root where the inventory says `sudo`.",
      [exists, read, digest, write, remove, existsHere, readHere, handOver])
  }

  private static let path = Parameter("path", .string, "The file's absolute path.")

  private var exists: Primitive {
    Primitive(
      "exists", "Whether something exists at a path.",
      parameters: [.host, Self.path],
      returns: ReturnType("boolean", "Whether something exists there."),
      effect: .reads,
      commands: { [fleet.typed(["ls", "-l", $0.string("path")], on: $0.host("host"))] },
      perform: { arguments, _ in .bool(try await files(arguments).exists(arguments.string("path"))) })
  }

  private var read: Primitive {
    Primitive(
      "read", "The contents of a file of at most one megabyte.",
      parameters: [.host, Self.path],
      returns: ReturnType("string", "The contents."),
      effect: .reads,
      commands: { [fleet.typed(["cat", $0.string("path")], on: $0.host("host"))] },
      perform: { arguments, _ in .text(try await files(arguments).read(arguments.string("path"))) })
  }

  private var digest: Primitive {
    Primitive(
      "digest", "The SHA-256 of a file of any size, to compare files of several hosts.",
      parameters: [.host, Self.path],
      returns: ReturnType("string", "64 hexadecimal digits."),
      effect: .reads,
      commands: { [fleet.typed(["sha256sum", $0.string("path")], on: $0.host("host"))] },
      perform: { arguments, _ in .string(try await files(arguments).sha256(arguments.string("path"))) })
  }

  private var remove: Primitive {
    Primitive(
      "remove", "Removes a file, or a symbolic link and not what it points to. A missing file is not an error.",
      parameters: [.host, Self.path],
      effect: .changes(.idempotent),
      commands: { [fleet.typed(["rm", "-f", $0.string("path")], on: $0.host("host"))] },
      perform: { arguments, context in
        if try await !files(arguments).remove(arguments.string("path")) { context.unchanged() }
        return .null
      })
  }

  private var write: Primitive {
    Primitive(
      "write",
      """
      Writes a file as a whole: readers see either the old contents or the new. It is on the host's disk when the step
      is done. A file that has these contents already is left as it is, with its permissions.
      """,
      parameters: [
        .host, Self.path, Parameter("contents", .secret, "Its contents: text, or a secret."),
        .options(.optional("mode", .string, default: "0644", "The file's permissions, as an octal number.")),
      ],
      effect: .changes(.idempotent),
      commands: { [fleet.typed(["tee", $0.string("path")], on: $0.host("host"))] },
      perform: { arguments, context in
        let contents = Array((arguments.secret("contents")?.reveal() ?? "").utf8)
        let bits = try arguments.fileMode()
        let (files, path) = (try files(arguments), arguments.string("path"))
        if try await files.exists(path), try await files.read(path) == contents {
          // The program that wrote it may have died before it was on the disk.
          try await files.flush(path)
          context.unchanged()
        } else {
          try await files.write(contents, to: path, mode: bits)
        }
        return .null
      })
  }

  private func files(_ arguments: Arguments) throws -> RemoteFiles { try fleet.files(on: arguments.host("host")) }
}
