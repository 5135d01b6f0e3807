import Values

/// What a new swarm is to be like; the engine's own defaults for what is left out.
public struct NewSwarm: Sendable, Hashable {
  /// Where the engine listens for other nodes: an address or interface with a port.
  public var listen = "0.0.0.0:2377"
  /// The address that other nodes reach it at; needed where the host has several.
  public var advertise: String?
  /// The address for the traffic between containers; the advertised one by default.
  public var dataPath: String?
  /// The UDP port for that traffic; 4789 by default.
  public var dataPathPort: Int?
  /// The networks that overlay networks are cut from, such as `10.20.0.0/16`.
  public var addressPools: [String] = []
  /// The length of the prefix of each overlay network; 24 by default.
  public var subnetSize: Int?
  /// The swarm's settings.
  public var settings = SwarmSettings()
  /// Whether to continue the swarm that is there, as its only manager.
  public var isForced = false

  /// A swarm with the engine's own defaults.
  public init() {}

  var body: Value {
    var body: [String: Value] = [
      "ListenAddr": .string(listen), "Spec": settings.applied(to: [:]), "ForceNewCluster": .bool(isForced),
    ]
    body["AdvertiseAddr"] = advertise.map { .string($0) }
    body["DataPathAddr"] = dataPath.map { .string($0) }
    body["DataPathPort"] = dataPathPort.map { .integer(Int64($0)) }
    body["SubnetSize"] = subnetSize.map { .integer(Int64($0)) }
    if !addressPools.isEmpty { body["DefaultAddrPool"] = .array(addressPools.map { .string($0) }) }
    if settings.autolock == true { body["AutoLockManagers"] = true }
    return .object(body)
  }
}
