import Engine
import HostModules
import Remote
import Values

/// `disk`: how full the file systems of hosts are. An example of a host module: one file that holds the description and the
/// work. See CONTRIBUTING.md for how one is added to the program.
package struct DiskModule: Sendable {
  let fleet: Fleet

  /// Works on the hosts of that fleet.
  package init(fleet: Fleet) { self.fleet = fleet }

  /// What runbooks see as `disk`.
  package var module: HostModule {
    HostModule("disk", "How full the file systems of hosts are.", [free, ensureFolder])
  }

  private static let host = Parameter("host", .host, "The host.")
  private static let path = Parameter("path", .string, "The absolute path of a folder.")

  /// A function that reads: steps, checks and plans may call it.
  private var free: Primitive {
    Primitive(
      "free", "Returns how much room is left where a folder is.", parameters: [Self.host, Self.path],
      returns: ReturnType("integer", "Bytes that may still be written there."), effect: .reads,
      commands: { [ProcedureCommand(on: $0.host("host"), "df -Pk \($0.string("path"))")] },
      perform: { arguments, _ in
        let host = arguments.host("host")
        let result = try await fleet.transport(host).run(RemoteCommand(["df", "-Pk", "--", arguments.string("path")]))
        guard result.status == 0 else {
          throw Failure(
            "disk.unreadable", "can't read the free room at \(arguments.string("path"))", host: host,
            cause: String(decoding: result.stderr, as: UTF8.self), hint: "check that the folder exists")
        }
        // POSIX's format: one line per file system, with the available kilobytes in the fourth column.
        let fields =
          String(decoding: result.stdout, as: UTF8.self).split(separator: "\n").last?.split(separator: " ") ?? []
        guard fields.count >= 4, let kilobytes = Int64(fields[3]) else {
          throw Failure("disk.unreadable", "can't understand the output of df", host: host)
        }
        return .integer(kilobytes * 1024)
      })
  }

  /// A function that changes something. It looks first, so it may declare that doing it again does no harm.
  private var ensureFolder: Primitive {
    Primitive(
      "ensure_folder", "Makes a folder, and those around it, if they are missing.",
      parameters: [Self.host, Self.path], effect: .changes(.idempotent),
      commands: { [ProcedureCommand(on: $0.host("host"), "mkdir -p \($0.string("path"))")] },
      perform: { arguments, context in
        let host = arguments.host("host"), path = arguments.string("path")
        let transport = try fleet.transport(host)
        if try await transport.run(RemoteCommand(["test", "-d", path])).status == 0 {
          context.unchanged()
          return .null
        }
        let made = try await transport.run(RemoteCommand(["mkdir", "-p", "--", path]))
        guard made.status == 0 else {
          throw Failure(
            "disk.not_made", "can't make the folder \(path)", host: host,
            cause: String(decoding: made.stderr, as: UTF8.self), hint: "check the permissions of the folder around it")
        }
        return .null
      })
  }
}
