import Values

/// What `GET /version` reports.
public struct EngineVersion: Sendable, Hashable {
  /// Docker's version.
  public let version: String
  /// The newest API version that the engine speaks.
  public let apiVersion: APIVersion?
  /// The oldest that it speaks.
  public let minimumAPIVersion: APIVersion?
  /// For example `linux`.
  public let operatingSystem: String
  /// For example `amd64`.
  public let architecture: String

  init(_ json: Value) throws {
    let json = try json.object()
    version = json.text("Version")
    apiVersion = APIVersion(json.text("ApiVersion"))
    minimumAPIVersion = APIVersion(json.text("MinAPIVersion"))
    operatingSystem = json.text("Os")
    architecture = json.text("Arch")
  }
}

/// What `GET /_ping` reports, in its headers.
public struct EnginePing: Sendable, Hashable {
  /// The newest API version that the engine speaks.
  public let apiVersion: APIVersion?
  /// The engine's part in a swarm, for example `active/manager`; `nil` from engines that do not say.
  public let swarm: String?

  init(headers: [String: String]) {
    apiVersion = headers["api-version"].flatMap { APIVersion($0) }
    swarm = headers["swarm"]
  }
}
