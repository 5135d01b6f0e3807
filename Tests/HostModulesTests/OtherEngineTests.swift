import Engine
import TestSupport
import Testing
import Values

/// A manager on which Docker's own client leads to another swarm: each outcome is read with the plain docker command
/// inside the appliances.
@Suite(
  "A manager whose docker leads to another engine", .usualTimeLimit,
  .enabled(if: Appliances.arePossible, Appliances.obstacle))
struct OtherEngineTests {
  /// Passes on, in one appliance, what comes to port 2375 to its engine. It returns when it listens.
  private static let relay = """
    import os, socket, threading
    server = socket.socket(); server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    server.bind(("10.77.0.2", 2375)); server.listen(50)
    if os.fork(): os._exit(0)
    os.setsid()
    for number in (0, 1, 2): os.dup2(os.open("/dev/null", os.O_RDWR), number)
    def pass_on(source, target):
        try:
            while data := source.recv(65536): target.sendall(data)
            target.shutdown(socket.SHUT_WR)
        except OSError: pass
    while True:
        client, _ = server.accept()
        engine = socket.socket(socket.AF_UNIX); engine.connect("/var/run/docker.sock")
        for pair in ((client, engine), (engine, client)): threading.Thread(target=pass_on, args=pair, daemon=True).start()
    """

  private static let compose = """
    version: "3.8"
    services:
      web: { image: nexus/da-admin, networks: [outside], deploy: { replicas: 0 } }
    networks: { outside: { external: true, name: host } }

    """

  @Test("the stack lands on the engine of the inventory, whatever context and variables are set on the manager")
  func otherSwarm() async throws {
    try await Appliances.raised(2) { lab in
      try await lab.execute("da2", "python3", "-c", Self.relay)
      // For the login user and for root: a context in use, and variables that sudo hands on.
      try await lab.execute(
        "da1", "bash", "-c",
        """
        set -e
        for home in /root /home/agadmin; do
          HOME=$home docker context create spare --docker host=tcp://10.77.0.2:2375
          HOME=$home docker context use spare
        done
        chown -R agadmin /home/agadmin/.docker
        chmod u+w /etc/sudoers
        echo 'Defaults env_keep += "DOCKER_HOST DOCKER_CONTEXT DOCKER_TLS_VERIFY DOCKER_API_VERSION"' >>/etc/sudoers
        """)
      try await lab.withModules { modules in
        #expect(try await modules.call("file.write", "da1", "/opt/one.yml", .string(Self.compose)).isUnchanged == false)
        try await deploys("shop", by: "the context in use", modules, lab)
        for (variable, value) in [
          ("DOCKER_HOST", "tcp://10.77.0.2:2375"), ("DOCKER_CONTEXT", "spare"), ("DOCKER_TLS_VERIFY", "1"),
          ("DOCKER_API_VERSION", "1.10"),
        ] {
          try await lab.execute(
            "da1", "bash", "-c", "echo 'export \(variable)=\(value)' >/home/agadmin/.bashrc")
          let seen = try await modules.call("ssh.read", "da1", ["env"], ["sudo": true]).value["stdout"]?.stringValue
          try #require(seen?.contains("\(variable)=\(value)\n") == true)
          try await deploys("shop-\(variable.lowercased())", by: variable, modules, lab)
        }
      }
    }
  }

  private func deploys(_ stack: String, by way: String, _ modules: BoundModules, _ lab: Appliances) async throws {
    try await modules.call(
      "stack.deploy", "da1",
      ["name": .string(stack), "directory": "/opt", "files": ["one.yml"], "options": ["--resolve-image", "never"]])
    let filter = "label=com.docker.stack.namespace=\(stack)"
    func services(_ host: String) async throws -> String {
      try await lab.docker(
        host, "--host", "unix:///var/run/docker.sock", "service", "ls", "--filter", filter, "--format", "{{.Name}}")
    }
    #expect(try await services("da1") == "\(stack)_web", "\(way)")
    #expect(try await services("da2") == "", "\(way)")
  }
}
