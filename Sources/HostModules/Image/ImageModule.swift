import DockerEngine
import Engine
import Values

/// `image`: the images of one host's engine.
struct ImageModule: Sendable {
  let fleet: Fleet

  var module: HostModule {
    HostModule(
      "image", "Images on hosts: which are there, and how to load them without a registry.", [list, exists, load])
  }

  private var list: Primitive {
    Primitive(
      "list", "The images of a host's engine.",
      parameters: [.host],
      returns: ReturnType(
        "{ id: string, tags: string[], digests: string[], size: integer }[]", "The images; `size` is in bytes."),
      effect: .reads,
      commands: { [fleet.typed(["docker", "image", "ls"], on: $0.host("host"))] },
      perform: { arguments, _ in
        .array(try await fleet.engine(arguments.host("host")).images().map(Self.value))
      })
  }

  private var exists: Primitive {
    Primitive(
      "exists", "Whether an image is on a host, so that a task can start there without fetching it.",
      parameters: [.host, Parameter("image", .string, "Its name with the tag, its digest or its ID.")],
      returns: ReturnType("boolean", "Whether it is."),
      effect: .reads,
      commands: { [fleet.typed(["docker", "image", "inspect", $0.string("image")], on: $0.host("host"))] },
      perform: { arguments, _ in
        .bool(try await fleet.engine(arguments.host("host")).image(arguments.string("image")) != nil)
      })
  }

  private var load: Primitive {
    Primitive(
      "load",
      """
      Loads the images of a tar file on this machine, as `docker save` writes it, on a host. Doing it again does no \
      harm: images that are there stay as they are. With `expect`, nothing is sent where all of these are there already.
      """,
      parameters: [
        .host, Parameter("path", .string, "The file, on the machine that runs this program."),
        .options(
          .optional("expect", .list(.string), "The names of the images that the file contains."), .timeout(1800)),
      ],
      returns: ReturnType("string[]", "The names of the images that were loaded."),
      effect: .changes(.idempotent),
      commands: { [fleet.typed(["docker", "load", "--input", $0.string("path")], on: $0.host("host"))] },
      perform: { arguments, context in
        let host = arguments.host("host")
        let engine = try fleet.engine(host)
        let expected = arguments.options.strings("expect")
        if !expected.isEmpty, try await Self.missing(expected, on: engine).isEmpty {
          context.unchanged()
          return []
        }
        let loaded = try await engine.loadImages(
          from: arguments.string("path"), limit: arguments.options.duration("timeout") ?? .seconds(1800))
        let missing = try await Self.missing(expected, on: engine)
        if !missing.isEmpty {
          throw Failure(
            .imageNotLoaded, "the file \(arguments.string("path")) does not contain \(missing.joined(separator: ", "))",
            host: host, cause: "it contains \(loaded.joined(separator: ", "))",
            hint: "save the images under the names that the compose files use: docker save")
        }
        return .strings(loaded)
      })
  }

  private static func missing(_ names: [String], on engine: EngineClient) async throws -> [String] {
    var missing: [String] = []
    for name in names where try await engine.image(name) == nil { missing.append(name) }
    return missing
  }

  private static func value(_ image: EngineImage) -> Value {
    [
      "id": .string(image.id), "tags": .strings(image.tags), "digests": .strings(image.digests),
      "size": .integer(image.size),
    ]
  }
}
