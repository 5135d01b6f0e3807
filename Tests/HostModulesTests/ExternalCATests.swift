import Foundation
import Testing
import Values

extension RealApplianceTests {
  /// A swarm whose nodes' certificates are signed by a server outside of it.
  @Suite("A swarm with an external CA", .enabled(if: CertificateServer.isPossible, "needs golang-cfssl"))
  struct ExternalCATests {
    @Test("a swarm changes over to an external CA, and a host that joins then has a certificate that CFSSL signed")
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
          }
        }
      }
    }

    private func changeOver(_ modules: BoundModules, _ lab: Appliances, _ server: CertificateServer) async throws {
      let root = "/opt/corporate.crt"
      try await modules.call("ssh.upload", "da1", .string("\(server.folder)/root.crt"), .string(root))
      try await lab.docker(
        "da1", "swarm", "ca", "--rotate", "--quiet", "--ca-cert", root, "--external-ca",
        "protocol=cfssl,url=\(CertificateServer.url),cacert=\(root)")
      let roots = try await modules.call("pki.trust_roots", "da1").value
      #expect(roots["agree"] == true, "\(roots)")
      let digest = try await lab.execute("da1", "sha256sum", root).prefix(64)
      #expect(roots["digest"] == .string(String(digest)))
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
