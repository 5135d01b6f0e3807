import Foundation
import Remote
import Values

/// A real CFSSL server with a root of its own, which signs the certificates of a swarm's nodes.
struct CertificateServer: Sendable {
  /// The folder of its files.
  let folder: String
  /// Where it listens: the operator's place in the lab.
  static let address = "10.77.0.254"
  /// What the swarm asks.
  static let url = "https://\(address):8888/api/v1/cfssl/sign"
  /// The hours that its certificates are valid, unlike the swarm's own ninety days.
  static let hours = 12
  /// What it writes into each certificate.
  static let mark = "http://corporate.example/issuer"

  /// Whether this machine has one.
  static var isPossible: Bool { FileManager.default.isExecutableFile(atPath: "/usr/bin/cfssl") }

  /// Makes the root, with openssl, and the server's own certificate.
  init(in folder: String) async throws {
    self.folder = folder
    let policy = """
      {"signing": {"default": {"expiry": "\(Self.hours)h", "issuer_urls": ["\(Self.mark)"],
        "usages": ["signing", "digital signature", "key encipherment", "server auth", "client auth"]}}}
      """
    try policy.write(toFile: "\(folder)/policy.json", atomically: true, encoding: .utf8)
    let script = #"""
      set -e; cd "$1"; umask 077
      openssl ecparam -name prime256v1 -genkey -noout -out root.key
      openssl req -x509 -new -key root.key -days 7300 -subj /CN=corporate-ca -out root.crt
      openssl ecparam -name prime256v1 -genkey -noout -out server.key
      openssl req -new -key server.key -subj /CN=server -out server.csr
      printf 'subjectAltName=IP:%s\nextendedKeyUsage=serverAuth\n' "$2" >server.ext
      openssl x509 -req -in server.csr -CA root.crt -CAkey root.key -CAcreateserial -days 30 -extfile server.ext \
        -out server.crt
      """#
    let shell = LocalTransport(host: HostSpec(name: "here", isLocal: true))
    let result = try await shell.run(.shell(script, arguments: [folder, Self.address]))
    guard result.isSuccess else { throw Failure("test.openssl", "no root could be made", cause: result.errorText) }
  }

  /// The root's certificate, PEM.
  var root: String { get throws { try String(contentsOfFile: "\(folder)/root.crt", encoding: .utf8) } }

  /// Runs `body` while the server answers.
  func running(in lab: Appliances, _ body: () async throws -> Void) async throws {
    let files = [
      "-ca": "root.crt", "-ca-key": "root.key", "-config": "policy.json", "-tls-cert": "server.crt",
      "-tls-key": "server.key",
    ]
    let options = files.flatMap { [$0.key, "\(folder)/\($0.value)"] }
    try await lab.running(
      ["cfssl", "serve", "-address", Self.address, "-port", "8888"] + options, until: "Now listening", body)
  }
}
