import Values

/// Settings of a swarm that are to be as given; what is `nil` stays as it is.
package struct SwarmSettings: Sendable, Hashable {
  /// Whether a manager needs a key after its engine was restarted.
  package var autolock: Bool?
  /// How long node certificates are valid: at least one hour.
  package var certificateExpiry: Duration?
  /// How many ended tasks are kept per replica.
  package var taskHistory: Int?
  /// How often the nodes report to the managers.
  package var dispatcherHeartbeat: Duration?
  /// The servers that sign node certificates in the managers' place.
  package var externalCAs: [ExternalCA]?

  /// A server that signs certificates, which speaks CFSSL's protocol.
  package struct ExternalCA: Sendable, Hashable {
    /// Its address: `https://ca.example:8888/api/v1/cfssl/sign`.
    package var url: String
    /// The root certificate that it signs with, PEM; the swarm's present one where it is left out.
    package var certificate: String?

    package init(url: String, certificate: String? = nil) {
      self.url = url
      self.certificate = certificate
    }
  }

  /// No setting is given yet.
  package init() {}

  /// The shortest validity that an engine signs.
  package static let shortestExpiry: Duration = .seconds(3600)

  /// Refuses what an engine would refuse or replace in silence.
  package func check() throws {
    if let certificateExpiry, certificateExpiry < Self.shortestExpiry {
      throw Failure(
        .swarmCertificateExpiryTooShort,
        "node certificates can't be valid for less than one hour; \(certificateExpiry) was asked for",
        hint: "nodes renew their certificates after half of the validity; give 1h or more, 90 days is Docker's default")
    }
    if let taskHistory, taskHistory < 0 {
      throw Failure(.swarmSettingInvalid, "the number of kept tasks can't be negative; \(taskHistory) was given")
    }
    if let dispatcherHeartbeat, dispatcherHeartbeat < .seconds(1) {
      throw Failure(
        .swarmSettingInvalid, "nodes can't report more often than each second; \(dispatcherHeartbeat) was given")
    }
    for server in externalCAs ?? [] where !server.url.hasPrefix("https://") {
      throw Failure(
        .swarmSettingInvalid, "an external CA is asked over https only; \(server.url) was given",
        hint: "give its address as https://HOST:PORT/api/v1/cfssl/sign")
    }
  }

  /// A spec in which the settings are as given, and all else as it was.
  func applied(to spec: Value) -> Value {
    var spec = spec
    func set(_ section: String, _ member: String, _ wanted: Value?) {
      guard let wanted, !Self.isSame(spec.child(section).child(member), wanted) else { return }
      spec = spec.setting(section, to: spec.child(section).setting(member, to: wanted))
    }
    set("EncryptionConfig", "AutoLockManagers", autolock.map { .bool($0) })
    set("CAConfig", "NodeCertExpiry", certificateExpiry.map { .integer($0.wholeNanoseconds) })
    set("Orchestration", "TaskHistoryRetentionLimit", taskHistory.map { .integer(Int64($0)) })
    set("Dispatcher", "HeartbeatPeriod", dispatcherHeartbeat.map { .integer($0.wholeNanoseconds) })
    set("CAConfig", "ExternalCAs", externalCAs.map { .array($0.map(\.value)) })
    return spec
  }

  /// An engine leaves out what is empty.
  private static func isSame(_ present: Value, _ wanted: Value) -> Bool {
    switch (present, wanted) {
    case (.null, .bool(false)), (.null, .array([])): true
    default: present == wanted
    }
  }
}

extension SwarmSettings.ExternalCA {
  /// As the Engine API has it.
  var value: Value {
    var members: [String: Value] = ["Protocol": "cfssl", "URL": .string(url)]
    members["CACert"] = certificate.map { .string($0) }
    return .object(members)
  }
}

extension Duration {
  /// The engine counts spans in nanoseconds.
  var wholeNanoseconds: Int64 {
    components.seconds.multipliedBounded(by: 1_000_000_000).addingBounded(components.attoseconds / 1_000_000_000)
  }
}
