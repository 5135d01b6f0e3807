/// The schema of compose files of the versions 3.0 to 3.13, as Docker's client checks it.
enum ComposeSchema {
  private typealias Key = ComposeMapping.Key

  static let root = ComposeMapping(
    keys: [
      "version": Key(.text), "services": Key(.mapping(ComposeMapping(further: .named(service, isStrict: true)))),
      "networks": Key(.mapping(ComposeMapping(further: .named(network, isStrict: false)))),
      "volumes": Key(.mapping(ComposeMapping(further: .named(volume, isStrict: true)))),
      "secrets": Key(.mapping(ComposeMapping(further: .named(secret, isStrict: true))), since: 1),
      "configs": Key(.mapping(ComposeMapping(further: .named(config, isStrict: true))), since: 3),
    ], further: .extensions(since: 4))

  private static let texts = ComposeShape.list(.text, unique: true)
  private static let textOrTexts = ComposeShape.either([.text, texts])
  private static let command = ComposeShape.either([.text, .list(.text)])
  private static let listOrMapping = ComposeShape.either([
    .mapping(ComposeMapping(further: .each(.either([.text, .number, .null, .date]), isStrict: true))), texts,
  ])
  private static let options = ComposeShape.mapping(
    ComposeMapping(further: .each(.either([.text, .number, .date]), isStrict: false)))

  private static func mapping(
    _ keys: [String: ComposeMapping.Key], required: [String] = [], further: ComposeMapping.Further = .refused
  ) -> ComposeShape {
    .mapping(ComposeMapping(keys: keys, required: required, further: further))
  }

  private static let service = mapping(
    [
      "deploy": Key(.either([.null, deploy])), "build": Key(.either([.text, build])),
      "cap_add": Key(texts), "cap_drop": Key(texts), "cgroupns_mode": Key(.text, since: 9), "cgroup_parent": Key(.text),
      "command": Key(command), "configs": Key(.list(.either([.text, file])), since: 3), "container_name": Key(.text),
      "credential_spec": Key(
        mapping(["config": Key(.text, since: 8), "file": Key(.text), "registry": Key(.text)]), since: 3),
      "depends_on": Key(texts), "devices": Key(texts), "dns": Key(textOrTexts), "dns_search": Key(textOrTexts),
      "domainname": Key(.text), "entrypoint": Key(command), "env_file": Key(textOrTexts),
      "environment": Key(listOrMapping), "expose": Key(.list(.exposed, unique: true)), "external_links": Key(texts),
      "extra_hosts": Key(listOrMapping), "healthcheck": Key(healthcheck), "hostname": Key(.text), "image": Key(.text),
      "init": Key(.flag, since: 7), "ipc": Key(.text), "isolation": Key(.text, since: 5), "labels": Key(listOrMapping),
      "links": Key(texts),
      "logging": Key(
        mapping([
          "driver": Key(.text),
          "options": Key(mapping([:], further: .each(.either([.text, .number, .null, .date]), isStrict: false))),
        ])),
      "mac_address": Key(.text), "network_mode": Key(.text), "networks": Key(.either([texts, networks])),
      "pid": Key(.either([.text, .null])), "ports": Key(.list(.either([.port, longPort]), unique: true)),
      "privileged": Key(.flag), "read_only": Key(.flag), "restart": Key(.text), "security_opt": Key(texts),
      "shm_size": Key(.text), "secrets": Key(.list(.either([.text, file])), since: 1),
      "sysctls": Key(listOrMapping), "stdin_open": Key(.flag), "stop_grace_period": Key(.duration),
      "stop_signal": Key(.text), "tmpfs": Key(textOrTexts), "tty": Key(.flag),
      "ulimits": Key(
        mapping(
          [:],
          further: .each(
            .either([.literal, mapping(["hard": Key(.literal), "soft": Key(.literal)], required: ["soft", "hard"])]),
            isStrict: false))),
      "oom_score_adj": Key(.integer, since: 13), "user": Key(.text), "userns_mode": Key(.text),
      "volumes": Key(.list(.either([.text, mount]), unique: true)), "working_dir": Key(.text),
    ], further: .extensions(since: 7))

  private static let build = mapping(
    [
      "context": Key(.text), "dockerfile": Key(.text), "args": Key(listOrMapping),
      "labels": Key(listOrMapping, since: 3),
      "cache_from": Key(texts, since: 2), "network": Key(.text, since: 4), "target": Key(.text, since: 4),
      "shm_size": Key(.either([.integer, .text]), since: 5), "extra_hosts": Key(listOrMapping, since: 9),
    ], further: .anything(since: 11))

  private static let networks = mapping(
    [:],
    further: .named(
      .either([
        .null,
        mapping([
          "aliases": Key(texts), "driver_opts": Key(options, since: 13), "ipv4_address": Key(.text),
          "ipv6_address": Key(.text),
        ]),
      ]), isStrict: true))

  private static let longPort = mapping([
    "mode": Key(.text, since: 2), "target": Key(.count, since: 2), "published": Key(.count, since: 2),
    "protocol": Key(.text, since: 2),
  ])

  private static let file = mapping(
    ["source": Key(.text), "target": Key(.text), "uid": Key(.text), "gid": Key(.text), "mode": Key(.unsigned)],
    further: .anything(since: 0))

  private static let mount = mapping(
    [
      "type": Key(.text, since: 2), "source": Key(.text, since: 2), "target": Key(.text, since: 2),
      "read_only": Key(.flag, since: 2), "consistency": Key(.text, since: 2),
      "bind": Key(mapping(["propagation": Key(.text)], further: .anything(since: 0)), since: 2),
      "volume": Key(mapping(["nocopy": Key(.flag)], further: .anything(since: 0)), since: 2),
      "tmpfs": Key(mapping(["size": Key(.count)], further: .anything(since: 0)), since: 6),
    ], required: ["type"])

  private static let healthcheck = mapping([
    "disable": Key(.flag), "interval": Key(.duration), "retries": Key(.unsigned), "test": Key(command),
    "timeout": Key(.duration), "start_period": Key(.duration, since: 4), "start_interval": Key(.duration, since: 12),
  ])

  private static let changes = mapping([
    "parallelism": Key(.count), "delay": Key(.duration), "failure_action": Key(.text), "monitor": Key(.duration),
    "max_failure_ratio": Key(.number), "order": Key(.words(["start-first", "stop-first"]), since: 4),
  ])

  private static let deploy = mapping([
    "mode": Key(.text), "endpoint_mode": Key(.text, since: 2), "replicas": Key(.count), "labels": Key(listOrMapping),
    "rollback_config": Key(changes, since: 7), "update_config": Key(changes),
    "resources": Key(
      mapping([
        "limits": Key(mapping(["cpus": Key(.text), "memory": Key(.size), "pids": Key(.integer, since: 9)])),
        "reservations": Key(
          mapping([
            "cpus": Key(.text), "memory": Key(.size), "generic_resources": Key(.list(generic), since: 5),
          ])),
      ])),
    "restart_policy": Key(
      mapping([
        "condition": Key(.text), "delay": Key(.duration), "max_attempts": Key(.count), "window": Key(.duration),
      ])),
    "placement": Key(
      mapping([
        "constraints": Key(.list(.text)), "preferences": Key(.list(mapping(["spread": Key(.text)])), since: 3),
        "max_replicas_per_node": Key(.count, since: 8),
      ])),
  ])

  private static let generic = mapping([
    "discrete_resource_spec": Key(mapping(["kind": Key(.text), "value": Key(.number)]))
  ])

  private static let external = ComposeShape.either([.flag, mapping(["name": Key(.text)])])
  private static let openExternal = ComposeShape.either([
    .flag, mapping(["name": Key(.text)], further: .anything(since: 0)),
  ])

  private static let network = ComposeShape.either([
    .null,
    mapping(
      [
        "name": Key(.text, since: 5), "driver": Key(.text), "driver_opts": Key(options),
        "ipam": Key(
          mapping(["driver": Key(.text), "config": Key(.list(mapping(["subnet": Key(.text)])))])),
        "external": Key(external), "internal": Key(.flag), "attachable": Key(.flag, since: 2),
        "labels": Key(listOrMapping),
      ], further: .extensions(since: 7)),
  ])

  private static let volume = ComposeShape.either([
    .null,
    mapping(
      [
        "name": Key(.text, since: 4), "driver": Key(.text), "driver_opts": Key(options), "external": Key(external),
        "labels": Key(listOrMapping),
      ], further: .extensions(since: 7)),
  ])

  private static let secret = mapping(
    [
      "name": Key(.text, since: 5), "file": Key(.text), "external": Key(openExternal), "labels": Key(listOrMapping),
      "driver": Key(.text, since: 8), "driver_opts": Key(options, since: 8), "template_driver": Key(.text, since: 8),
    ], further: .extensions(since: 7))

  private static let config = mapping(
    [
      "name": Key(.text, since: 5), "file": Key(.text), "external": Key(openExternal), "labels": Key(listOrMapping),
      "template_driver": Key(.text, since: 8),
    ], further: .extensions(since: 7))

  /// Keys of a service that `docker stack deploy` leaves aside, with a warning.
  static let ignored: Set = [
    "build", "cgroupns_mode", "cgroup_parent", "container_name", "devices", "domainname", "expose", "external_links",
    "ipc", "links", "mac_address", "network_mode", "pid", "privileged", "restart", "security_opt", "shm_size",
    "userns_mode",
  ]
}

/// What a key of a compose file may hold, as the client's own schema says.
indirect enum ComposeShape: Sendable {
  case text
  case flag
  case integer
  /// A whole number that is written as one: not 2.0.
  case literal
  /// A whole number that is not negative.
  case count
  case number
  /// A number that is not negative.
  case unsigned
  case null
  /// A date without quotes.
  case date
  case anything
  /// Text that is a time span of Go's, such as `1m30s`.
  case duration
  /// Text that is a size, such as `64M`.
  case size
  /// One of these words.
  case words([String])
  /// A port or ports in the short form, as text or a number.
  case port
  /// A port that is only exposed.
  case exposed
  case list(ComposeShape, unique: Bool = false)
  case mapping(ComposeMapping)
  /// One of several.
  case either([ComposeShape])

  /// What is expected, in words.
  var expectation: String {
    switch self {
    case .text: "text"
    case .flag: "true or false"
    case .integer, .literal: "a whole number"
    case .count: "a whole number of at least 0"
    case .number: "a number"
    case .unsigned: "a number of at least 0"
    case .null: "nothing"
    case .date: "a date"
    case .anything: "anything"
    case .duration: "a time such as 30s or 1m30s"
    case .size: "a size such as 64M"
    case .words(let words): words.joined(separator: " or ")
    case .port: "a port such as \"8443:443\""
    case .exposed: "a port such as \"443\""
    case .list: "a list"
    case .mapping: "a mapping"
    // That some clients take dates there is nothing to advise.
    case .either(let shapes):
      shapes.filter { if case .date = $0 { false } else { true } }.map(\.expectation).joined(separator: " or ")
    }
  }
}

/// The keys of a mapping in a compose file.
struct ComposeMapping: Sendable {
  /// A key with the version 3.N that brought it.
  struct Key: Sendable {
    var shape: ComposeShape
    var since = 0

    init(_ shape: ComposeShape, since: Int = 0) {
      self.shape = shape
      self.since = since
    }
  }

  /// What is said of further keys.
  enum Further: Sendable {
    case refused
    /// Only those that begin with `x-`, from a version 3.N on.
    case extensions(since: Int)
    /// All, from a version 3.N on.
    case anything(since: Int)
    /// Names that a person chooses; others are refused where they are not made of letters, digits, `.`, `_`, `-`.
    case named(ComposeShape, isStrict: Bool)
    /// Any names; where it is strict, none may be empty.
    case each(ComposeShape, isStrict: Bool)
  }

  var keys: [String: Key] = [:]
  var required: [String] = []
  var further = Further.refused
}

/// Forms of text in compose files, as Go's libraries read them.
enum ComposeForm {
  /// A time span: numbers with units, such as `1m30s`; `0` alone has none. No more than fits into 63 bits of
  /// nanoseconds.
  static func isDuration(_ text: String) -> Bool {
    var rest = Substring(text), isNegative = false
    if let first = rest.first, first == "+" || first == "-" {
      isNegative = first == "-"
      rest = rest.dropFirst()
    }
    if rest == "0" { return true }
    guard !rest.isEmpty else { return false }
    let limit = UInt64(1) << 63
    var total: UInt64 = 0
    while !rest.isEmpty {
      let number = rest.prefix { $0.isASCII && $0.isNumber || $0 == "." }
      let parts = number.split(separator: ".", maxSplits: 2, omittingEmptySubsequences: false)
      guard number.contains(where: \.isNumber), parts.count <= 2 else { return false }
      rest = rest.dropFirst(number.count)
      guard let unit = units.first(where: { rest.hasPrefix($0.name) }) else { return false }
      rest = rest.dropFirst(unit.name.count)
      guard let whole = parts[0].isEmpty ? 0 : UInt64(parts[0]), whole <= limit / unit.size else { return false }
      let size = whole * unit.size + (parts.count == 2 ? part(parts[1], of: unit.size) : 0)
      // The sum of two that do not exceed the limit does not overflow.
      guard size <= limit, total + size <= limit else { return false }
      total += size
    }
    return isNegative || total < limit
  }

  /// What the digits after a point make of a unit; those that are beyond 63 bits say nothing.
  private static func part(_ digits: Substring, of unit: UInt64) -> UInt64 {
    var number: UInt64 = 0, scale = 1.0
    for digit in digits {
      guard let value = digit.wholeNumberValue, number <= (UInt64(1) << 63 - 1) / 10 else { break }
      number = number * 10 + UInt64(value)
      scale *= 10
    }
    return UInt64(Double(number) * (Double(unit) / scale))
  }

  /// Units with their nanoseconds; of two with the same beginning the longer one is first.
  private static let units: [(name: String, size: UInt64)] = [
    ("ns", 1), ("us", 1_000), ("µs", 1_000), ("μs", 1_000), ("ms", 1_000_000), ("s", 1_000_000_000),
    ("m", 60_000_000_000), ("h", 3_600_000_000_000),
  ]

  /// A number as a decimal text, whatever it was written as.
  static func decimal(_ text: String, _ scalar: ComposeScalar?) -> String {
    if case .integer(let number) = scalar { String(number) } else { text }
  }
}
