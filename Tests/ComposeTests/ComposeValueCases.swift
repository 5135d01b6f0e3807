/// Compose files that hang on how the client reads one value: numbers, times, ports, volumes, tags and variables.
enum ComposeValueCases {
  private static func web(_ keys: String, version: String = "3.8", below: String = "") -> [String] {
    ["version: \"\(version)\"\nservices:\n  web:\n    image: nginx\n    \(keys)\n\(below)"]
  }

  static let all: [[String]] = ports + numbers + sizes + times + volumes + tags + variables + descriptions + files

  private static let ports = [
    "+80:80", "80:+80", "-80", "1-2-3", "1-2-3:4-5-6", "80/tcp/udp", "80//udp", "80/", "80/tcp:80", "080:80",
    "80:80/sctp/x",
    "65536", "2-1", "example.com:80:80", "localhost:80:80", "256.1.1.1:80:80", "1.2.3:80:80", "01.2.3.4:80:80",
    "1.2.3.4::80", "[]:80:80", "[x]:80:80", "[::1%eth0]:80:80", "::1:80:80", "[::1]x:80:80", "[::ffff:1.2.3.4]:80:80",
    "[1:2:3:4:5:6:7]:80:80", "1.2.3.4:80:80:80",
  ].map { web("ports: [\"\($0)\"]") }

  private static let numbers: [[String]] =
    ["-1", "-0", "-0.0", "-0.5", "1.5", "2.0", "1e1", "1e400", ".inf", "-.INF", ".nan", "9223372036854775808"].flatMap {
      number in
      [
        "healthcheck: { retries: # }", "configs: [{ source: a, mode: # }]", "deploy: { replicas: # }",
        "deploy: { update_config: { max_failure_ratio: # } }", "ulimits: { nofile: # }", "environment: { A: # }",
        "x-a: [#]",
      ].map { web($0.replacing("#", with: number), below: "configs: { a: { external: true } }\n") }
    }
    + [
      web("x-a: { 1: 2 }"), web("x-a: { 1.5: 2 }"),
      web("environment: { \"\": x }"), web("labels: { \"\": x }"), web("logging: { options: { \"\": true } }"),
      web("environment: { A: 2024-01-02 }"), web("hostname: 2024-02-30"),
      web("hostname: 2024-02-29T1:2:3Z"), web("hostname: 2024-01-02 10:00"),
    ]

  private static let sizes = [
    ".5g", "5.", "1e3", "1e3k", "+1g", "-1", "1_0k", "1__0", "0x10", "0x1p4", "1ib", "1ki", "1bb", "1  g", "1 b",
    "1e400", "",
  ].map { web("deploy: { resources: { reservations: { memory: \"\($0)\" } } }") }

  private static let times = [
    "999999999h", "2562047h47m16.854775807s", "2562047h47m16.854775808s", "-2562047h47m16.854775808s",
    "9223372036854775808ns", "1h2562047h", "0.99999999999999999999999s", "1..s", ".s", "5µs", "1m1h",
  ].map { web("stop_grace_period: \"\($0)\"") }

  private static let volumes = [
    ":", "::", "a:", "é:", "a::b", ":::", "a:b:c:d", "/a:/b:ro:x", "/x:C:/y:ro", "/a:/b:", "d:/x", "1:/x", "\\0:/x",
  ].map { web("volumes: [\"\($0)\"]", below: "volumes: { data: }\n") }

  private static let tags: [[String]] =
    [
      "!!int \"3\"", "!!int \"0x3\"", "!!int x", "!!int \"\"", "!!int 3.0", "!!float 3", "!!float \"3\"", "!!null x",
      "!!bool 1", "!!bool yes", "!!str 3", "!!map x", "!!binary aGk=", "!!binary a", "!!timestamp 2024-01-02",
      "!!timestamp x",
      "!foo 3", "!!foo 3", "! 3", "&a ! 3", "! &a 3", "! \"3\"", "!!float .inf",
    ].flatMap { [web("deploy: { replicas: \($0) }"), web("environment: { A: \($0) }")] }
    + [web("tty: !!bool \"true\""), web("tty: !!bool \"yes\""), web("hostname: é # é\n    tty: ! true")]

  private static let variables: [[String]] =
    ["HEX", "HEXP", "UND", "NEG", "ONE", "INF", "BIG", "YES"].flatMap { name in
      [
        "deploy: { update_config: { max_failure_ratio: # } }", "healthcheck: { retries: # }", "tty: #",
        "configs: [{ source: a, mode: # }]", "ulimits: { nofile: # }",
      ].map { web($0.replacing("#", with: "\"${\(name)}\""), below: "configs: { a: { external: true } }\n") }
        + [web("oom_score_adj: \"${\(name)}\"", version: "3.13")]
    }
    + [
      web("volumes: [{ type: volume, target: /x, volume: { x: { nocopy: '${WORD}' } } }]"),
      web("volumes: [{ type: volume, target: /x, volume: { nocopy: '${WORD}' } }]"),
    ]

  private static let descriptions: [[String]] = ["volumes", "networks", "secrets", "configs"].flatMap { section in
    [
      "{ external: true, driver: x }", "{ external: true, driver: '' }", "{ external: true, labels: [a] }",
      "{ external: true, labels: {} }", "{ external: true, driver_opts: { a: b } }",
      "{ external: { name: x }, name: 'y' }",
      "{ external: { name: x }, name: '' }", "{ external: {}, driver: x }", "{ external: { name: x, other: z } }",
      "{ driver: x, file: z }", "{ external: true, driver: x, file: z }", "{ external: '${YES}', labels: [a] }",
    ].map { web("tty: true", below: "\(section):\n  d: \($0)\n") }
  }

  private static let files: [[String]] =
    ["%YAML 1.1", "%YAML 1.2", "%YAML 1.0", "%FOO x"].map {
      ["\($0)\n---\nversion: \"3.8\"\nservices: { web: { image: nginx } }\n"]
    } + [
      ["version: \"\"\nservices: { web: { image: nginx } }\n"],
      ["version: ! 3.8\nservices: { web: { image: nginx } }\n"],
    ]
}
