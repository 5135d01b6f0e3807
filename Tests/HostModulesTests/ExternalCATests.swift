import Foundation
import Testing
import Values

extension RealApplianceTests {
  /// A swarm whose nodes' certificates are signed by a server outside of it.
  @Suite("A swarm with an external CA", .enabled(if: CertificateServer.isPossible, "needs golang-cfssl"))
  struct ExternalCATests {
    @Test("a swarm changes over to an external CA, and nodes have certificates that CFSSL signed while it is named")
    func externalCA() async throws {
      try await Appliances.raised(2, isBare: true) { lab in
        let server = try await CertificateServer(in: lab.folder)
        try await lab.withModules { modules in
          try await modules.call("swarm.init", "da1")
          let own = try await modules.call("pki.certificate", "da1").value
          #expect(own["issuer"] == "swarm-ca" && own["is_trusted"] == true)
          let oldToken = try await modules.call("swarm.join_token", "da1", "worker").value
          try await server.running(in: lab) {
            try await changeOver(modules, lab, server)
            try await join(modules, lab, server, oldToken: oldToken)
            try await settings(modules, lab, server)
          }
        }
      }
    }

    private func changeOver(_ modules: BoundModules, _ lab: Appliances, _ server: CertificateServer) async throws {
      let old = try await modules.call("swarm.ca", "da1").value["digest"] ?? .null
      let options: Value = [
        "from": old, "certificate": .string(try server.root), "external_cas": [["url": .string(CertificateServer.url)]],
      ]
      let rotated = try await modules.call("swarm.rotate_ca", "da1", options)
      #expect(try await modules.call("swarm.rotate_ca", "da1", options).isUnchanged)
      let roots = try await modules.call("pki.trust_roots", "da1").value
      #expect(roots["agree"] == true, "\(roots)")
      let digest = try await lab.execute(
        "da1", "bash", "-c", "docker swarm ca | openssl x509 | sha256sum | cut -d ' ' -f 1")
      #expect(roots["digest"] == .string(digest) && rotated.value == .string(digest))
    }

    /// Named when the swarm begins, and of use once the swarm has the server's root; then taken away and given again.
    private func settings(_ modules: BoundModules, _ lab: Appliances, _ server: CertificateServer) async throws {
      for host in ["da2", "da1"] { try await modules.call("swarm.leave", .string(host), ["force": true]) }
      let root = try server.root
      let servers: Value = [["url": .string(CertificateServer.url), "certificate": .string(root)]]
      try await modules.call("swarm.init", "da1", ["external_cas": servers])
      let named = try await lab.docker(
        "da1", "info", "--format", "{{range .Swarm.Cluster.Spec.CAConfig.ExternalCAs}}{{.URL}}{{end}}")
      #expect(named == CertificateServer.url)
      let key = try String(contentsOfFile: "\(server.folder)/root.key", encoding: .utf8)
      try await modules.call(
        "swarm.rotate_ca", "da1",
        [
          "from": try await modules.call("swarm.ca", "da1").value["digest"] ?? .null, "certificate": .string(root),
          "key": .string(key),
        ])
      #expect(try await isMarked("da1", lab))

      for isGiven in [false, true] {
        let wanted: Value = isGiven ? servers : []
        try await modules.call("swarm.update", "da1", ["external_cas": wanted])
        #expect(try await modules.call("swarm.update", "da1", ["external_cas": wanted]).isUnchanged)
        let token = try await modules.call("swarm.join_token", "da1", "worker").value
        try await modules.call("swarm.join", "da2", ["manager": "da1", "token": token])
        #expect(try await isMarked("da2", lab) == isGiven, "\(isGiven)")
        let certificate = try await modules.call("pki.certificate", "da2").value
        #expect(certificate["issuer"] == "corporate-ca" && certificate["is_trusted"] == true)
        try await modules.call("swarm.leave", "da2")
      }
    }

    /// Whether the server has signed a host's certificate, as openssl says.
    private func isMarked(_ host: String, _ lab: Appliances) async throws -> Bool {
      try await lab.execute(
        host, "openssl", "x509", "-noout", "-text", "-in", "/var/lib/docker/swarm/certificates/swarm-node.crt"
      ).contains(CertificateServer.mark)
    }

    private func join(
      _ modules: BoundModules, _ lab: Appliances, _ server: CertificateServer, oldToken: Value
    ) async throws {
      let token = try await modules.call("swarm.join_token", "da1", "worker").value
      let root = try server.root
      let shown = try await modules.call("pki.presented_root", "da2", "10.77.0.1", ["token": token]).value
      #expect(shown["matches"] == true && shown["is_trusted"] == true && shown["bundle"] == .string(root))
      let old = try await modules.call("pki.presented_root", "da2", "10.77.0.1", ["token": oldToken]).value
      #expect(old["matches"] == false)
      try await modules.call("swarm.join", "da2", ["manager": "da1", "token": token])

      for host in ["da1", "da2"] {
        let file = "/var/lib/docker/swarm/certificates/swarm-node.crt"
        let said = try await lab.execute(
          host, "openssl", "x509", "-noout", "-issuer", "-serial", "-ext", "authorityInfoAccess", "-in", file)
        #expect(said.contains("corporate-ca") && said.contains(CertificateServer.mark), "\(said)")
        let certificate = try await modules.call("pki.certificate", .string(host)).value
        #expect(said.contains("serial=\(certificate["serial"]?.stringValue ?? "-")"))
        #expect(certificate["issuer"] == "corporate-ca" && certificate["is_trusted"] == true)
        guard case .number(let from)? = certificate["not_before"], case .number(let to)? = certificate["not_after"]
        else {
          Issue.record("no times")
          return
        }
        #expect(to - from == Double(CertificateServer.hours * 3600))
        #expect(certificate["renews_from"] == .number(from + (to - from) / 2))
      }
      #expect(try await modules.call("pki.trust_roots", "da1").value["agree"] == true)
    }
  }
}
