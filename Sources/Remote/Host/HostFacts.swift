import Glibc
import Synchronization
import Values

/// What a host says about itself, read in one round trip.
package struct HostFacts: Sendable, Hashable {
  /// The operating system's name for people, from /etc/os-release; `nil` when the host has no such file.
  package var operatingSystem: String?
  /// The kernel's host name, which is what Docker shows as a node's name. Host names may repeat.
  package var hostName: String
  /// The host's clock in seconds since 1970.
  package var clock: Double
  /// How far the host's clock is ahead of this machine's, in seconds; negative when it is behind.
  ///
  /// The host's time is compared with the middle of the time in which it was asked.
  package var clockSkew: Double
  /// How wrong ``clockSkew`` may be in either direction, in seconds.
  package var clockUncertainty: Double
  /// The addresses that others can reach, per network interface.
  package var interfaces: [Interface]
  /// The bytes that are free for users under /; `nil` when the host did not say.
  package var freeBytesOfRoot: Int64?
  /// The bytes that are free for users under Docker's data folder; `nil` when there is no such folder.
  package var freeBytesOfDocker: Int64?
  /// The kernel's name and release, for example `Linux 6.1.0`.
  package var kernel: String
  /// The machine's architecture, for example `x86_64`.
  package var architecture: String
  /// How many processors are in use; `nil` when the host did not say.
  package var processors: Int?
  /// The bytes of memory; `nil` when the host did not say.
  package var memory: Int64?
  /// The bytes of memory that are free, or can be made free without swapping; `nil` when the host did not say.
  package var availableMemory: Int64?
  /// The number of the user that commands run as; 0 is root.
  package var userID: Int

  /// A network interface and its addresses of global scope, without prefix lengths.
  package struct Interface: Sendable, Hashable {
    /// The interface's name.
    package var name: String
    /// The IPv4 addresses.
    package var ipv4: [String]
    /// The IPv6 addresses.
    package var ipv6: [String]

    package init(name: String, ipv4: [String] = [], ipv6: [String] = []) {
      self.name = name
      self.ipv4 = ipv4
      self.ipv6 = ipv6
    }
  }

  /// All addresses of all interfaces.
  package var addresses: [String] { interfaces.flatMap { $0.ipv4 + $0.ipv6 } }

  /// Asks a host.
  ///
  /// - Parameter dataRoot: Docker's data folder.
  /// - Throws: What the transport throws, and a `Failure` `host.facts_unreadable`.
  package static func read(
    over transport: some Transport, dataRoot: String = "/var/lib/docker"
  ) async throws -> HostFacts {
    try await HostFactsReader(host: transport.host.name).read(over: transport, dataRoot: dataRoot)
  }
}

/// Asks a host for its ``HostFacts`` and reads the answer: lines of a word and what it is.
struct HostFactsReader {
  let host: String

  // The clock comes first, and its line is what ends the measured time, so the rest may be slow.
  static let script = """
    PATH="$PATH:/usr/sbin:/sbin"; LC_ALL=C; export PATH LC_ALL
    now=$(date +%s.%N 2>/dev/null); case $now in *N) now=${now%.*};; esac
    echo "clock $now"
    if [ -r /etc/os-release ]; then (. /etc/os-release; echo "os $PRETTY_NAME"); fi
    echo "name $(uname -n)"
    echo "user $(id -u)"
    ip -o addr show scope global 2>/dev/null | while read -r number interface family address rest; do
      echo "address $family ${address%%/*} $interface"
    done
    free() { df -Pk "$2" 2>/dev/null | while read -r device blocks used available rest; do
      case $available in *[!0-9]*|"") ;; *) echo "free $1 $available";; esac
    done; }
    free root /
    if [ -d "$1" ]; then free docker "$1"; fi
    echo "kernel $(uname -sr)"
    echo "machine $(uname -m)"
    echo "processors $(getconf _NPROCESSORS_ONLN 2>/dev/null)"
    if [ -r /proc/meminfo ]; then while read -r key value unit; do
      case $key in MemTotal:|MemAvailable:) echo "${key%:} $value";; esac
    done </proc/meminfo; fi
    """

  func read(over transport: some Transport, dataRoot: String) async throws -> HostFacts {
    // Opening the connection would otherwise count as part of the round trip of the clock.
    try await transport.connect()
    let arrival = Mutex<Double?>(nil)
    let start = Self.now()
    let result = try await transport.run(.shell(Self.script, arguments: [dataRoot], timeout: .seconds(30))) {
      _, chunk in
      if chunk.lines.contains(where: { $0.hasPrefix("clock ") }) { arrival.withLock { $0 = $0 ?? Self.now() } }
    }
    return try parse(result, start: start, arrival: arrival.withLock { $0 } ?? Self.now())
  }

  /// - Parameters:
  ///   - start: This machine's clock before the question was sent.
  ///   - arrival: This machine's clock when the host's time came.
  func parse(_ result: CommandResult, start: Double, arrival: Double) throws -> HostFacts {
    var values: [String: String] = [:]
    var interfaces: [HostFacts.Interface] = []
    var free: [String: Int64] = [:]
    for line in result.lines {
      let words = line.split(separator: " ", maxSplits: 1).map(String.init)
      guard words.count == 2 else { continue }
      let rest = words[1].split(separator: " ").map(String.init)
      switch (words[0], rest.count) {
      case ("address", 3): Self.add(address: rest[1], family: rest[0], interface: rest[2], to: &interfaces)
      case ("free", 2): free[rest[0]] = Self.bytes(rest[1])
      default: values[words[0]] = words[1]
      }
    }
    guard let clockText = values["clock"], let clock = Double(clockText), let name = values["name"],
      let user = values["user"].flatMap({ Int($0) })
    else {
      throw Failure(
        .hostFactsUnreadable, "the facts that the host reported could not be understood", host: host,
        cause: result.stderr.isEmpty ? String(result.text.prefix(200)) : String(result.errorText.prefix(200)),
        hint: "check that the user's login shell is a POSIX shell and prints nothing by itself")
    }
    // Whole seconds mean some time within that second.
    let isWhole = !clockText.contains(".")
    let halfRoundTrip = max(0, arrival - start) / 2
    return HostFacts(
      operatingSystem: values["os"], hostName: name, clock: clock,
      clockSkew: clock + (isWhole ? 0.5 : 0) - (start + halfRoundTrip),
      clockUncertainty: halfRoundTrip + (isWhole ? 0.5 : 0), interfaces: interfaces,
      freeBytesOfRoot: free["root"], freeBytesOfDocker: free["docker"],
      kernel: values["kernel"] ?? "", architecture: values["machine"] ?? "",
      processors: values["processors"].flatMap { Int($0) }, memory: Self.bytes(values["MemTotal"]),
      availableMemory: Self.bytes(values["MemAvailable"]), userID: user)
  }

  private static func add(
    address: String, family: String, interface name: String, to interfaces: inout [HostFacts.Interface]
  ) {
    let index = interfaces.firstIndex { $0.name == name } ?? interfaces.endIndex
    if index == interfaces.endIndex { interfaces.append(HostFacts.Interface(name: name)) }
    switch family {
    case "inet": interfaces[index].ipv4.append(address)
    case "inet6": interfaces[index].ipv6.append(address)
    default: break
    }
  }

  /// The kernel counts memory in units of 1024 bytes.
  private static func bytes(_ text: String?) -> Int64? {
    guard let count = text.flatMap({ Int64($0) }), (0..<Int64.max / 1024).contains(count) else { return nil }
    return count * 1024
  }

  private static func now() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}
