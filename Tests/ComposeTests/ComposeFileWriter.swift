import Fuzzing

/// Writes sets of compose files at random: mostly of what is allowed, with a mistake now and then.
struct ComposeFileWriter {
  private var random: SeededRandom

  init(seed: UInt64) { random = SeededRandom(seed: seed) }

  private mutating func now(_ percent: Int) -> Bool { Int.random(in: 1...100, using: &random) <= percent }
  private mutating func one(_ choices: [String]) -> String { choices.randomElement(using: &random) ?? "" }

  /// One to three files of one version.
  mutating func files() -> [String] {
    let version = one(["\"3.8\"", "\"3.8\"", "\"3.7\"", "\"3.9\"", "\"3\"", "\"3.3\"", now(20) ? "3.8" : "\"3.8\""])
    let names = ["web", "db", "n", "a_1"].prefix(Int.random(in: 1...4, using: &random))
    return (0..<Int.random(in: 1...3, using: &random)).map { index in
      var lines = now(97) ? ["version: \(now(3) ? "\"3.5\"" : version)"] : []
      lines.append("services:")
      for name in names where index == 0 || now(60) { lines += service(name, isFirst: index == 0) }
      if now(3) {
        lines.append(
          one([
            "name: x", "x-y: 1", "other: 1", "networks:", "volumes: { a: , b: { driver: x } }",
            "volumes: { a: { external: true, driver: x } }",
            "secrets: { a: { external: { name: b }, name: c } }",
          ]))
      }
      return lines.joined(separator: "\n") + "\n"
    }
  }

  private mutating func service(_ name: String, isFirst: Bool) -> [String] {
    var lines = ["  \(name == "n" && now(90) ? "\"n\"" : name):"]
    if isFirst || now(30) {
      lines.append(
        "    image: \(value(["nginx:1", "\"r/x:${TAG}\"", "'r:${NONE:-1}'", "\"\"", "$TAG-x"], ["5", "", "yes", "'$'"]))"
      )
    }
    var deploy: [String] = []
    if now(40) {
      deploy.append(
        "replicas: \(value(["0", "1", "3", "0x2", "010", "+3", "1_0", "2.0", "\"${N}\"", "\"${NONE:-2}\"", "!!int \"2\""], ["! 3", "!!int x", "1e400", ".inf", "-1", "\"2\"", "", "2.5", "x", "'$WORD'"]))"
      )
    }
    if now(20) { deploy.append("mode: \(value(["replicated", "global", "''"], ["", "5", "no"]))") }
    if now(40) {
      var placement: [String] = []
      if now(70) {
        placement.append(
          "constraints: \(value(["[node.role == worker]", "[node.labels.x == 1, node.labels.x == 1]", "[]"], ["", "x", "[5]"]))"
        )
      }
      if now(40) {
        placement.append("max_replicas_per_node: \(value(["0", "1", "2", "\"${N}\""], ["\"2\"", "-1", ""]))")
      }
      deploy.append("placement: {\(placement.joined(separator: ", "))}")
    }
    if now(25) {
      deploy.append(
        "resources: { reservations: { memory: \(value(["64M", "1g", "\"100\"", "1.5GiB", "5b"], [".5g", "\"1e3\"", "1ki", "64X", "5", ""])), cpus: \(value(["'0.5'", "'2'"], ["0.5", ""])) } }"
      )
    }
    if !deploy.isEmpty || now(5) { lines.append("    deploy: {\(deploy.joined(separator: ", "))}") }
    if now(45) {
      let ports = (0..<Int.random(in: 0...3, using: &random)).map { _ in
        value(
          [
            "80", "\"8443:443\"", "\"53:53/udp\"", "\"53:53/tcp\"", "\"9000-9001:9000-9001\"",
            "{ target: 80, published: 8443, mode: host }",
            "{ target: 81 }", "\"${N}:${N}\"", "\"8000-8003:80\"", "\"127.0.0.1:82:82\"",
          ],
          ["\"+83:83\"", "\"host:84:84\"", "\"85/tcp/udp\"", "x", "\"1-2:3-6\"", "{ target: '80' }", "\"80/x\"", "yes"])
      }
      lines.append("    ports: [\(ports.joined(separator: ", "))]")
    }
    for _ in 0..<Int.random(in: 0...3, using: &random) {
      let line = other()
      let key = line.prefix { $0 != ":" }
      if !lines.contains(where: { $0.hasPrefix("    \(key):") }) || now(5) { lines.append("    \(line)") }
    }
    return lines
  }

  private mutating func other() -> String {
    value(
      [
        "environment: { A: 1, B: x, C: }", "environment: [A=1, B]", "command: a b", "command: [a, \"${TAG}\"]",
        "labels: [a, b]", "init: true",
        "tty: false", "stop_grace_period: 1m30s", "healthcheck: { interval: 30s, retries: 3, test: [CMD, x] }",
        "hostname: h", "dns: 1.1.1.1",
        "restart: always", "depends_on: [db]", "expose: [80]", "x-any: 5", "logging: { driver: none }", "user: '5'",
        "read_only: \"${YES}\"",
        "ulimits: { nofile: 5 }", "volumes: [\"/a:/b\"]", "networks: { default: }", "working_dir: /x", "shm_size: 64M",
      ],
      [
        "environment: { A: true }", "environment: [A, A]", "init: yes", "tty: on", "hostname: no", "user: 5",
        "command: [5]", "foo: 1",
        "profiles: [a]", "depends_on: { db: { condition: x } }", "healthcheck: { interval: 30 }", "labels:",
        "dns: [a, a]", "mem_limit: 1g",
        "expose: [x]", "stop_grace_period: 1d", "stop_grace_period: 999999999h", "environment: { \"\": x }",
        "environment: { A: .inf }", "environment: { A: 2024-01-02 }", "healthcheck: { retries: -1 }",
        "volumes: [\"a::b\", \"/a:/b:c:d\"]",
        "ulimits: { nofile: 2.0 }", "x-any: { 1: 2 }", "oom_score_adj: 5", "cgroupns_mode: host", "command: 'a $ b'",
      ])
  }

  /// One that is allowed, or seldom one that is not.
  private mutating func value(_ good: [String], _ bad: [String]) -> String { now(98) ? one(good) : one(bad) }
}
