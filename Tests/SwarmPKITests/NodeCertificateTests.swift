import Foundation
import SwarmPKI
import TestSupport
import Testing
import Values

@Suite(
  "Certificates, compared with openssl", .usualTimeLimit, .enabled(if: OpenSSL.isPresent, "needs the openssl command"))
struct NodeCertificateTests {
  static let manager = "/O=k9vwfe6ts1lu3pcbmd5ijeg0q/OU=swarm-manager/CN=p2xw0z4sjxxwbhx1gpu4gz1mv"

  @Test("identity, role, serial, names and times are what openssl says")
  func agreement() throws {
    try OpenSSL.withFolder { openssl in
      try openssl.makeRoot("root")
      let names = ["swarm-manager", "p2xw0z4sjxxwbhx1gpu4gz1mv", "swarm-ca"]
      try openssl.makeNode("node", root: "root", subject: Self.manager, names: names)
      let node = try NodeCertificate.parse(pem: try openssl.read("node.crt"))
      let said = try openssl.run(
        "x509", "-in", "node.crt", "-noout", "-subject", "-issuer", "-serial", "-dates", "-dateopt", "iso_8601",
        "-nameopt", "RFC2253", "-ext", "subjectAltName")
      #expect(said.contains("subject=CN=\(node.nodeID),OU=\(node.role.rawValue),O=\(node.swarmID)\n"))
      #expect(said.contains("issuer=CN=\(node.issuer)\n"))
      #expect(said.contains("serial=\(node.serial)\n"))
      #expect(said.contains(node.dnsNames.map { "DNS:\($0)" }.joined(separator: ", ")))
      #expect(said.contains("notBefore=\(iso(node.validity.notBefore))\n"))
      #expect(said.contains("notAfter=\(iso(node.validity.notAfter))\n"))
      #expect(node.role == .manager)
      #expect(node.nodeID == "p2xw0z4sjxxwbhx1gpu4gz1mv")
      #expect(node.swarmID == "k9vwfe6ts1lu3pcbmd5ijeg0q")
      #expect(node.dnsNames == names)
      let text = try openssl.run("x509", "-in", "node.crt", "-noout", "-text")
      #expect(text.contains("swarm-manager"))
    }
  }

  @Test("expiry and the time of renewal follow from the certificate's own times")
  func times() throws {
    try OpenSSL.withFolder { openssl in
      try openssl.makeRoot("root")
      try openssl.makeNode("node", root: "root", subject: Self.manager, names: [], days: 90)
      let node = try NodeCertificate.parse(pem: try openssl.read("node.crt"))
      let start = node.validity.notBefore
      let day = 86_400.0
      #expect(node.validity.duration == 90 * day)
      #expect(node.renewalWindow == start + 45 * day...start + 72 * day)
      #expect(!node.isExpired(at: node.validity.notAfter))
      #expect(node.isExpired(at: node.validity.notAfter + 1))
      #expect(node.validity.contains(start))
      #expect(node.validity.isNotYetValid(at: start - 1))
      #expect(node.validity.daysLeft(at: start + 80 * day) == 10)
      #expect(!node.isRenewalOverdue(at: start + 72 * day))
      #expect(node.isRenewalOverdue(at: start + 73 * day))
      #expect(node.dnsNames.isEmpty)
    }
  }

  @Test("a node's certificate is signed by its root and by no other, as openssl verify says")
  func signatures() throws {
    try OpenSSL.withFolder { openssl in
      try openssl.makeRoot("root")
      try openssl.makeRoot("other")
      try openssl.makeNode("node", root: "root", subject: Self.manager, names: [])
      let node = try NodeCertificate.parse(pem: try openssl.read("node.crt"))
      let root = try TrustRoot.parse(pem: try openssl.read("root.crt"))
      let other = try TrustRoot.parse(pem: try openssl.read("other.crt"))
      let both = try TrustRoot.parse(pem: try openssl.read("other.crt") + openssl.read("root.crt"))
      try openssl.run("verify", "-CAfile", "root.crt", "node.crt")
      #expect(root.signed(node))
      try openssl.run("verify", "-CAfile", "other.crt", "node.crt", expecting: 2)
      #expect(!other.signed(node))
      #expect(both.signed(node))
      #expect(both.roots.count == 2)
      #expect(both.roots.map(\.name) == ["swarm-ca", "swarm-ca"])
      #expect(both.digest != root.digest)
    }
  }

  @Test("a chain through an intermediate certificate is followed, but not through one that is not an authority")
  func chains() throws {
    try OpenSSL.withFolder { openssl in
      try openssl.makeRoot("root")
      try openssl.makeNode(
        "middle", root: "root", subject: "/CN=middle", names: [], extensions: "basicConstraints=critical,CA:TRUE\n")
      try openssl.makeNode("fake", root: "root", subject: "/CN=fake", names: [])
      for (name, isSigned) in [("middle", true), ("fake", false)] {
        try openssl.makeNode("node-\(name)", root: name, subject: Self.manager, names: [])
        let own = try openssl.read("node-\(name).crt")
        let root = try TrustRoot.parse(pem: try openssl.read("root.crt"))
        #expect(!root.signed(try NodeCertificate.parse(pem: own)))
        #expect(root.signed(try NodeCertificate.parse(pem: own + openssl.read("\(name).crt"))) == isSigned)
        try openssl.run(
          "verify", "-CAfile", "root.crt", "-untrusted", "\(name).crt", "node-\(name).crt", expecting: isSigned ? 0 : 2)
      }
    }
  }

  @Test("a chain is trusted at the times at which openssl verify trusts it, and the reason is given otherwise")
  func verification() async throws {
    try await OpenSSL.withFolder { openssl in
      try openssl.makeRoot("root")
      try openssl.makeRoot("other")
      let usage = "keyUsage=critical,digitalSignature,keyEncipherment\nbasicConstraints=critical,CA:FALSE\n"
      try openssl.makeNode("node", root: "root", subject: Self.manager, names: ["swarm-manager"], extensions: usage)
      let node = try NodeCertificate.parse(pem: try openssl.read("node.crt"))
      let root = try TrustRoot.parse(pem: try openssl.read("root.crt"))
      let now = Date()
      let day = 86_400.0
      for (moment, words) in [
        (now, nil), (node.validity.notAfter - 1, nil), (now + 91 * day, "expired"), (now - day, "not valid before"),
        (now + 7301 * day, "expired"),
      ] {
        let trouble = await root.trouble(with: node, at: moment)
        #expect(trouble?.contains(words ?? "-") == (words == nil ? nil : true), "\(moment): \(trouble ?? "no trouble")")
        try openssl.run(
          "verify", "-attime", String(Int(moment.timeIntervalSince1970)), "-CAfile", "root.crt", "node.crt",
          expecting: words == nil ? 0 : 2)
      }
      let other = try TrustRoot.parse(pem: try openssl.read("other.crt"))
      #expect(await other.trouble(with: node, at: now) == "it is signed by none of the root certificates")
      // During a rotation both roots are in the bundle.
      let both = try TrustRoot.parse(pem: try openssl.read("other.crt") + openssl.read("root.crt"))
      #expect(await both.trouble(with: node, at: now) == nil)
    }
  }

  @Test("a manager's showing is read, and trusted only with roots that signed its certificate")
  func proof() async throws {
    try await OpenSSL.withFolder { openssl in
      try openssl.makeRoot("root")
      try openssl.makeRoot("other")
      let worker = Self.manager.replacing("swarm-manager", with: "swarm-worker")
      for (name, subject) in [("manager", Self.manager), ("worker", worker)] {
        try openssl.makeNode(name, root: "root", subject: subject, names: [])
        try openssl.run("x509", "-in", "\(name).crt", "-outform", "DER", "-out", "\(name).der")
      }
      func shown(_ root: String, _ name: String) throws -> ManagerProof {
        try ManagerProof(
          bundle: Array(try openssl.read("\(root).crt").utf8),
          chain: [[UInt8](try Data(contentsOf: openssl.folder.appending(path: "\(name).der")))])
      }
      let good = try shown("root", "manager")
      #expect(await good.trouble(at: .now) == nil)
      #expect(good.manager.role == .manager)
      let digest = RootCADigest(ofBundle: try openssl.read("root.crt")).base36
      #expect(good.matches(try JoinToken.parse("SWMTKN-1-\(digest)-0nr3zvz2v4l1ej05z4ojnx9n5")))
      #expect(try !good.matches(JoinToken.parse(JoinTokenTests.token)))
      #expect(
        await (try shown("other", "manager")).trouble(at: .now) == "it is signed by none of the root certificates")
      #expect(await (try shown("root", "worker")).trouble(at: .now) == "its certificate is a worker's")
      #expect(throws: Failure.self) { try ManagerProof(bundle: [0xFF], chain: []) }
      #expect(throws: Failure.self) { try ManagerProof(bundle: Array(good.bundle.utf8), chain: []) }
      #expect(throws: Failure.self) { try ManagerProof(bundle: Array(good.bundle.utf8), chain: [[0x30]]) }
    }
  }

  @Test("the digest of a bundle is that of its bytes, as openssl dgst says")
  func digest() throws {
    try OpenSSL.withFolder { openssl in
      try openssl.makeRoot("root")
      let pem = try openssl.read("root.crt")
      let said = try openssl.run("dgst", "-sha256", "-r", "root.crt")
      let trust = try TrustRoot.parse(pem: pem)
      #expect(said.hasPrefix(trust.digest.hexadecimal))
      #expect(RootCADigest(ofBundle: pem + "\n") != trust.digest)
      #expect(RootCADigest(base36: trust.digest.base36) == trust.digest)
    }
  }

  @Test("what is not a node certificate is refused with the reason")
  func refused() throws {
    try OpenSSL.withFolder { openssl in
      try openssl.makeRoot("root")
      for (name, subject) in [
        ("no-unit", "/O=a/CN=b"), ("no-name", "/O=a/OU=swarm-worker"), ("role", "/O=a/OU=admin/CN=b"),
      ] {
        try openssl.makeNode(name, root: "root", subject: subject, names: [])
      }
      for file in ["root.crt", "no-unit.crt", "no-name.crt", "role.crt"] {
        let failure = try #require(throws: Failure.self) { try NodeCertificate.parse(pem: try openssl.read(file)) }
        #expect(failure.code == "pki.bad_certificate")
        #expect(failure.cause?.contains("subject") == true)
      }
      let key = try openssl.read("root.key")
      let failure = try #require(throws: Failure.self) { try NodeCertificate.parse(pem: key) }
      #expect(failure.hint?.contains("swarm-node.crt") == true)
      #expect(!"\(failure.value)".contains(key.split(separator: "\n")[1]))
    }
  }

  @Test(
    "text without a certificate is refused",
    arguments: [
      "", "hello", "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n",
      "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "-----BEGIN CERTIFICATE-----\nMIIB",
      "-----BEGIN CERTIFICATE REQUEST-----\nMAA=\n-----END CERTIFICATE REQUEST-----\n",
    ])
  func noCertificate(text: String) throws {
    #expect(try #require(throws: Failure.self) { try NodeCertificate.parse(pem: text) }.code == "pki.bad_certificate")
    #expect(try #require(throws: Failure.self) { try TrustRoot.parse(pem: text) }.code == "pki.bad_trust_root")
  }

  private func iso(_ date: Date) -> String {
    date.formatted(.iso8601.dateTimeSeparator(.space))
  }
}
