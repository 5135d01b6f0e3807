import DockerEngine
import Foundation

/// A real TLS server before a scripted engine: OpenSSL's own, which asks for a client certificate.
struct TLSFront {
  /// Where the keys and certificates are.
  let folder: URL
  let port: Int
  private let server: Spawned
  /// Held, because it hangs up when it goes.
  private let engine: ScriptedEngine

  static let isPossible = FileManager.default.isExecutableFile(atPath: "/usr/bin/openssl")

  /// Serves one connection.
  init(before engine: ScriptedEngine) async throws {
    self.engine = engine
    folder = FileManager.default.temporaryDirectory.appending(path: "tls-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    for name in ["ca", "other-ca"] { try await Self.sign(name, in: folder, with: nil) }
    for name in ["server", "client"] { try await Self.sign(name, in: folder, with: "ca") }
    try await Self.sign("stranger", in: folder, with: "other-ca")
    port = Self.freePort()
    let folder = folder
    func path(_ name: String) -> String { folder.appending(path: name).path }
    let pipe = engine.accept()
    let said = FileHandle(forWritingAtPath: "/dev/null")!
    server = try Spawned(
      [
        "openssl", "s_server", "-quiet", "-accept", "127.0.0.1:\(port)", "-naccept", "1", "-Verify", "1",
        "-verify_return_error", "-CAfile", path("ca.pem"), "-cert", path("server.pem"), "-key", path("server.key"),
      ], input: pipe, output: pipe, error: said.fileDescriptor)
    close(pipe)
  }

  /// Ends the server and removes the files.
  func end() {
    server.kill()
    _ = server.wait()
    try? FileManager.default.removeItem(at: folder)
  }

  /// Connects with the named identity, trusting the named authority.
  func connector(as name: String = "client", trusting authority: String = "ca") -> TLSConnector {
    TLSConnector(
      host: "127.0.0.1", port: port,
      files: .init(
        authority: path("\(authority).pem"), certificate: path("\(name).pem"), key: path("\(name).key")))
  }

  private func path(_ name: String) -> String { folder.appending(path: name).path }

  private static func sign(_ name: String, in folder: URL, with authority: String?) async throws {
    let base = folder.appending(path: name).path
    var words = [
      "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
      "-subj", "/CN=\(name)", "-keyout", base + ".key", "-out", base + ".pem",
    ]
    if let authority {
      let authorityBase = folder.appending(path: authority).path
      words += [
        "-CA", authorityBase + ".pem", "-CAkey", authorityBase + ".key", "-addext", "basicConstraints=CA:FALSE",
      ]
      words += ["-addext", "subjectAltName=IP:127.0.0.1"]
    }
    try await Command.output(words)
  }

  private static func freePort() -> Int {
    let descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        _ = bind(descriptor, $0, length)
        _ = getsockname(descriptor, $0, &length)
      }
    }
    return Int(UInt16(bigEndian: address.sin_port))
  }
}
