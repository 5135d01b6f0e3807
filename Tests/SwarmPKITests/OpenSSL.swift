import Foundation
import Testing

/// The openssl command, in a folder of its own, with a swarm's root CA in it.
struct OpenSSL {
  /// Whether there is such a command.
  static let isPresent: Bool = {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
    return path.split(separator: ":").contains { FileManager.default.isExecutableFile(atPath: "\($0)/openssl") }
  }()

  let folder: URL

  /// Calls `body` with a new folder and removes the folder afterwards.
  static func withFolder(_ body: (OpenSSL) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "pki-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try body(OpenSSL(folder: folder))
  }

  /// Calls `body` with a new folder and removes the folder afterwards.
  static func withFolder(_ body: (OpenSSL) async throws -> Void) async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "pki-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try await body(OpenSSL(folder: folder))
  }

  /// Runs the command in the folder and gives what it printed.
  @discardableResult
  func run(_ arguments: String..., expecting status: Int32 = 0) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["openssl"] + arguments
    process.currentDirectoryURL = folder
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    process.standardInput = FileHandle.nullDevice
    try process.run()
    let data = try output.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    try #require(process.terminationStatus == status, "openssl \(arguments.joined(separator: " "))")
    return String(decoding: data, as: UTF8.self)
  }

  func read(_ name: String) throws -> String { try String(contentsOf: folder.appending(path: name), encoding: .utf8) }

  func write(_ text: String, to name: String) throws {
    try text.write(to: folder.appending(path: name), atomically: true, encoding: .utf8)
  }

  /// Makes `NAME.key` and the self-signed `NAME.crt` of a root.
  func makeRoot(_ name: String) throws {
    try run("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", "\(name).key")
    try run(
      "req", "-x509", "-new", "-key", "\(name).key", "-days", "7300", "-subj", "/CN=swarm-ca", "-out", "\(name).crt")
  }

  /// Makes `NAME.key` and `NAME.crt` of a node, signed by a root.
  func makeNode(
    _ name: String, root: String, subject: String, names: [String], days: Int = 90, extensions: String = ""
  ) throws {
    try run("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", "\(name).key")
    try run("req", "-new", "-key", "\(name).key", "-subj", subject, "-out", "\(name).csr")
    let list = names.map { "DNS:\($0)" }.joined(separator: ",")
    try write((names.isEmpty ? "" : "subjectAltName=\(list)\n") + extensions, to: "\(name).ext")
    try run(
      "x509", "-req", "-in", "\(name).csr", "-CA", "\(root).crt", "-CAkey", "\(root).key", "-CAcreateserial", "-days",
      String(days), "-extfile", "\(name).ext", "-out", "\(name).crt")
  }
}
