import Engine
import Remote
import Values

extension SSHModule {
  private static let outcome = ReturnType(
    "{ bytes: integer, digest: string, method: \"sha256\"|\"cksum\" }",
    "The file's size and digest. `cksum` is used where a machine has nothing for SHA-256.")

  var upload: Primitive {
    Primitive(
      "upload",
      """
      Copies a file of this machine to a host, as root there where the inventory says `sudo`. It may be of any size.
      Readers of the target see either the old contents or the new; a copy with a wrong digest never becomes the target.
      It is on the disk when the step is done. A target that has the same contents and permissions is left as it is.
      """,
      parameters: [
        .host, Parameter("from", .string, "The absolute path on this machine."),
        Parameter("to", .string, "The absolute path on the host. Its folder must exist."),
        .options(.optional("mode", .string, default: "0644", "The file's permissions, as an octal number.")),
      ],
      returns: Self.outcome, effect: .changes(.idempotent),
      commands: { arguments in
        let host = arguments.host("host")
        return [ProcedureCommand(on: nil, Self.copy([arguments.string("from"), "\(host):\(arguments.string("to"))"]))]
      },
      perform: { arguments, context in
        let outcome = try await transfer(arguments).upload(
          try Self.absolute(arguments.string("from")), to: arguments.string("to"), mode: arguments.fileMode())
        if !outcome.isChanged { context.unchanged() }
        return Self.value(outcome)
      })
  }

  var download: Primitive {
    Primitive(
      "download",
      """
      Copies a file of a host to this machine, read as root there where the inventory says `sudo`. It may be of any
      size. Readers of the target see either the old contents or the new; a copy with a wrong digest never becomes the
      target. It is on the disk when the step is done. A target that has the same contents is left as it is.
      """,
      parameters: [
        .host, Parameter("from", .string, "The absolute path on the host."),
        Parameter("to", .string, "The absolute path on this machine. Its folder must exist."),
        .options(.optional("mode", .string, default: "0600", "The file's permissions here, as an octal number.")),
      ],
      returns: Self.outcome, effect: .changes(.idempotent),
      commands: { arguments in
        let host = arguments.host("host")
        return [ProcedureCommand(on: nil, Self.copy(["\(host):\(arguments.string("from"))", arguments.string("to")]))]
      },
      perform: { arguments, context in
        let outcome = try await transfer(arguments).download(
          arguments.string("from"), to: try Self.absolute(arguments.string("to")), mode: arguments.fileMode())
        if !outcome.isChanged { context.unchanged() }
        return Self.value(outcome)
      })
  }

  private func transfer(_ arguments: Arguments) throws -> FileTransfer {
    let host = arguments.host("host")
    return FileTransfer(try fleet.transport(host), sudo: try fleet.host(host).sudo)
  }

  private static func copy(_ words: [String]) -> String { ShellQuoting.quote(["scp"] + words) }

  /// A resumed run may have been started in another folder.
  private static func absolute(_ path: String) throws -> String {
    guard path.hasPrefix("/") else {
      throw Failure(.argument, "\"\(path)\" is not an absolute path on this machine", hint: "start the path with /")
    }
    return path
  }

  private static func value(_ outcome: FileTransfer.Outcome) -> Value {
    [
      "bytes": .integer(outcome.digest.size), "digest": .string(outcome.digest.text),
      "method": .string(outcome.digest.method.rawValue),
    ]
  }
}

extension Arguments {
  /// The option `mode`: permissions as an octal number.
  func fileMode() throws -> UInt16 {
    let mode = options.string("mode")
    guard let bits = UInt16(mode, radix: 8), bits <= 0o7777 else {
      throw Failure(
        .argument, "\"\(mode)\" is not an octal number for permissions", host: host("host"),
        hint: "write for example \"0600\"")
    }
    return bits
  }
}
