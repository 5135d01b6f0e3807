/// Sets of compose files that readers understand in different ways, by hand.
enum ComposeCases {
  private static func web(_ keys: String, version: String = "version: \"3.8\"\n") -> [String] {
    ["\(version)services:\n  web:\n    image: nginx\n    \(keys.replacing("\n", with: "\n    "))\n"]
  }

  static let all: [[String]] =
    [
      // Whole files.
      ["version: \"3.8\"\nservices:\n  web: {}\n"], ["version: \"3.8\"\nservices:\n  web:\n"],
      ["version: \"3.8\"\nservices:\n"], ["version: \"3.8\"\n"], [""], ["[]\n"], ["text\n"],
      ["services: { web: { image: nginx } }\n"],
      ["version: \"2.4\"\nservices: { web: { image: nginx } }\n"],
      ["version: \"3.9\"\nservices: { web: { image: nginx } }\n"],
      ["version: \"3.10\"\nservices: { web: { image: nginx } }\n"],
      ["version: \"3.13\"\nservices: { web: { image: nginx } }\n"],
      ["version: \"3.14\"\nservices: { web: { image: nginx } }\n"],
      ["version: 3.7\nservices: { web: { image: nginx } }\n"],
      ["version: 3\nservices: { web: { image: nginx } }\n"], ["version: \"3\"\nservices: { web: { image: nginx } }\n"],
      ["version: \"3.08\"\nservices: { web: { image: nginx } }\n"], ["version:\nservices: { web: { image: nginx } }\n"],
      ["version: \"3.8\"\nname: x\nservices: { web: { image: nginx } }\n"],
      ["version: \"3.8\"\nx-a: &a { image: nginx }\nservices: { web: *a }\n"],
      ["version: \"3.8\"\nservices: { web: { image: nginx } }\n---\nservices: []\n"],
      ["version: \"3.8\"\nservices:\n  web: { image: a, image: b }\n"],
      [
        "version: \"3.8\"\nx-e: &e { environment: { A: \"1\" } }\nx-d: &d { deploy: { replicas: 3 } }\nservices:\n  web:\n    image: nginx\n    <<: *e\n    <<: *d\n"
      ],
      [
        "version: \"3.8\"\nx-d: &d { image: a, deploy: { replicas: 3 } }\nservices:\n  web:\n    image: b\n    <<: *d\n  two:\n    <<: [*d, { image: c }]\n"
      ],
      ["version: \"3.8\"\nservices: { n: { image: nginx }, on: { image: nginx } }\n"],
      ["version: \"3.8\"\nservices: { 'a b': { image: nginx } }\n"],
      ["version: \"3.8\"\nservices: { web: { image: n } }\n"],
      ["version: \"3.8\"\nservices: { web: { image: 5 } }\n"],
      ["version: \"3.8\"\nservices: { web: { image: 2024-01-02 } }\n"],
      ["version: \"3.8\"\nservices: { web: { image: } }\n"], ["version: \"3.8\"\nservices: { web: { image: !x 5 } }\n"],
      // What the client splits itself.
      web("volumes: [\":/x\"]"), web("volumes: [\"/a:\"]"), web("volumes: [\"/a::ro\"]"),
      web("volumes: [\"/a:/b:ro\"]"),
      web("volumes: [{ type: bind, target: /x }]"), web("volumes: [{ type: bind, source: /a, target: /x }]"),
      web("command: a \"b"), web("command: a 'b"), web("command: a \\\\"), web("command: 'a # \"b'"),
      web("entrypoint: \"a 'b\""),
      web("command: \"a#\\\"b\\\"\""),
      // Several files.
      web("deploy: { replicas: 3, placement: { max_replicas_per_node: 2, constraints: [node.role == manager] } }")
        + web(
          "deploy: { replicas: 0, mode: '', placement: { max_replicas_per_node: 0, constraints: [node.role == worker] } }"
        ),
      web("ports: [\"53:53/tcp\", \"53:53/udp\"]") + web("ports: [\"80:80\"]"),
      web("ports: [\"53:53/tcp\", \"53:53/udp\"]") + web("labels: [a]"),
      web("ports: [80, 81]") + web("ports: [\"82\"]"),
      web("init: true", version: "version: \"3.7\"\n") + web("tty: true"),
      web("deploy: { resources: { reservations: { cpus: '0.5', memory: 1g } } }")
        + web("deploy: { resources: { reservations: { memory: 10M } } }"),
      web("deploy: { mode: global }") + web("deploy: { replicas: 2 }"), web("image: ''") + web("image: '${EMPTY}'"),
      // Variables.
      web("command: 'echo $ x'"), web("command: 'echo $ ${TAG}'"), web("command: '${NONE:?need} ${TAG}'"),
      web("command: '${NONE:?need}'"),
      web("command: '$$ $$$$ ${TAG}'"), web("command: '${TAG'"), web("command: '${} $TAG'"),
      web("deploy: { replicas: '${N}' }"),
      web("deploy: { replicas: '${WORD}' }"), web("deploy: { replicas: '${NONE}' }"), web("deploy: { replicas: '2' }"),
      web("deploy: { placement: { max_replicas_per_node: '${N}' } }"), web("privileged: '${YES}'"),
      web("init: '${YES}'"),
      web("ports: [{ target: '${N}', published: \"${N}0\" }]"), web("ports: ['${N}:${N}']"),
      web("stop_grace_period: '${N}s'"),
      // Numbers and truth values.
      web("deploy: { replicas: 0x2 }"), web("deploy: { replicas: 010 }"), web("deploy: { replicas: +3 }"),
      web("deploy: { replicas: 1_0 }"),
      web("deploy: { replicas: 2.0 }"), web("deploy: { replicas: 2.5 }"), web("deploy: { replicas: -1 }"),
      web("deploy: { replicas: 08 }"),
      web("deploy: { replicas: 0o7 }"), web("deploy: { replicas: 1e1 }"), web("init: yes"), web("init: 'yes'"),
      web("tty: on"), web("read_only: 1"),
      web("hostname: no"), web("hostname: ~"), web("hostname: .5"), web("hostname: 1.2.3"), web("hostname: 1e"),
      // Lists, mappings and empty keys.
      web("deploy:\nports:\nenvironment:"), web("deploy:"), web("ports:"), web("environment:"),
      web("environment: { A: 1, B: , C: 1.5 }"),
      web("environment: { A: true }"), web("environment: [A, A]"), web("environment: [A=1, B]"),
      web("labels: { a: b }"), web("labels: text"),
      web("command: [a, 5]"), web("command: [a, b]"), web("command:"), web("dns: 1.1.1.1"),
      web("dns: [1.1.1.1, 1.1.1.1]"),
      web("depends_on: { db: { condition: x } }"), web("depends_on: [db]"),
      web("networks: { a: , b: { aliases: [x] } }"), web("networks: [a, 5]"),
      web("deploy: { placement: { constraints: } }"), web("deploy: { placement: { constraints: [] } }"),
      web("deploy: { placement: { constraints: node.role } }"),
      // What is known only to some, or to none.
      web("foo: 1"), web("x-foo: 1"), web("deploy: { x-foo: 1 }"), web("extends: { service: a }"), web("profiles: [a]"),
      web("mem_limit: 1g"),
      web("cgroupns_mode: host"), web("cgroupns_mode: host", version: "version: \"3.9\"\n"),
      web("init: true", version: "version: \"3.6\"\n"),
      web("deploy: { placement: { max_replicas_per_node: 1 } }", version: "version: \"3.7\"\n"), web("build: ."),
      web("build: { context: ., x: 1 }"),
      web("restart: always\nprivileged: true"), web("deploy: { update_config: { order: start-first } }"),
      web("deploy: { update_config: { order: x } }"),
      web("oom_score_adj: 5", version: "version: \"3.12\"\n"), web("oom_score_adj: 5", version: "version: \"3.13\"\n"),
      web("healthcheck: { interval: 1m30s, retries: 3, test: [CMD, x] }"), web("healthcheck: { interval: 90 }"),
      web("healthcheck: { interval: 1x }"),
      web("stop_grace_period: 1d"), web("deploy: { resources: { limits: { memory: 64M, cpus: '0.5' } } }"),
      web("deploy: { resources: { limits: { memory: 64X } } }"),
      web("deploy: { resources: { limits: { cpus: 0.5 } } }"),
      web(
        "deploy: { resources: { reservations: { generic_resources: [{ discrete_resource_spec: { kind: a, value: 2 } }] } } }"
      ),
      // Ports.
      web("ports: [80, \"8443:443\", \"9000-9001:9000-9001/udp\", \"127.0.0.1:1:2\"]"), web("ports: [\"1-2:3-6\"]"),
      web("ports: [\"x\"]"),
      web("ports: [\":80\"]"), web("ports: [\"80:\"]"), web("ports: [\"80/x\"]"), web("ports: [\"80:70000\"]"),
      web("ports: [\"1:2:3:4\"]"),
      web("ports: [\"8000-8003:80\"]"), web("ports: [80, 80]"), web("ports: [{ target: 80, published: \"8443\" }]"),
      web("ports: [{ published: 84 }]"),
      web("ports: [{ target: 80, published: 8443, mode: host, protocol: udp }]"), web("ports: [{ target: 80, x: 1 }]"),
      web("ports: 80"),
      web("ports: [\"80/TCP\"]"), web("ports: [\"0:80\"]"), web("ports: [\"a:80\"]"), web("ports: [\"[::1]:80:80\"]"),
      web("expose: [80, \"81\", \"82-83/tcp\"]"),
      web("expose: [x]"), web("ulimits: { nofile: 5, core: { soft: 1, hard: 2 } }"),
      web("ulimits: { nofile: { soft: 1 } }"),
      web("volumes: [\"a:/x\", { type: tmpfs, target: /y, tmpfs: { size: 5 } }]"), web("volumes: [{ target: /y }]"),
      web("shm_size: 64M"), web("shm_size: 64"),
      web("secrets: [a, { source: b, mode: 0440 }]"), web("logging: { driver: x, options: { a: 1, b: } }"),
      web("logging: { driver: x, options: { a: true } }"),
    ]
}
