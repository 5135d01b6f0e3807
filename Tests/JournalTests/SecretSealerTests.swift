import Foundation
import TestSupport
import Testing
import Values

@testable import Journal

@Suite("Secrets in the journal are sealed", .usualTimeLimit)
struct SecretSealerTests {
  private static let token = "SWMTKN-1-a-very-secret-join-token"

  private func write(_ text: String, to path: String, mode: Int = 0o600) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
  }

  @Test("the key file is made for the first secret, and opens it in the next process")
  func keyFile() async throws {
    try await withTemporaryFolder { folder in
      let path = folder + "/journal.key"
      let sealer = SecretSealer(.file(path))
      #expect(!FileManager.default.fileExists(atPath: path))
      let sealed = try sealer.seal(Secret(Self.token), for: .sample)
      #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o600)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["journal.key"])
      #expect(try SecretSealer(.file(path)).open(sealed, at: .sample) == Secret(Self.token))
    }
  }

  @Test("many who make the key file at once all use the same key")
  func keyFileRace() async throws {
    try await withTemporaryFolder { folder in
      let path = folder + "/journal.key"
      let sealed = try await withThrowingTaskGroup(of: String.self) { group in
        for _ in 0..<16 { group.addTask { try SecretSealer(.file(path)).seal(Secret(Self.token), for: .sample) } }
        return try await group.reduce(into: [String]()) { $0.append($1) }
      }
      let sealer = SecretSealer(.file(path))
      for text in sealed { #expect(try sealer.open(text, at: .sample) == Secret(Self.token)) }
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["journal.key"])
    }
  }

  @Test("a key file that others may read is refused", arguments: [0o640, 0o604, 0o666, 0o620])
  func openToOthers(_ mode: Int) async throws {
    try await withTemporaryFolder { folder in
      let path = folder + "/journal.key"
      try write(Data(repeating: 1, count: 32).base64EncodedString(), to: path, mode: mode)
      let failure = #expect(throws: Failure.self) { try SecretSealer(.file(path)).seal(Secret("x"), for: .sample) }
      #expect(failure?.code == .journalKey)
      #expect(failure?.hint?.contains("chmod 600") == true)
    }
  }

  @Test("a key file that holds no key is refused and kept", arguments: ["", "short", "!!!", "QUJD"])
  func noKey(_ text: String) async throws {
    try await withTemporaryFolder { folder in
      let path = folder + "/journal.key"
      try write(text, to: path)
      let failure = #expect(throws: Failure.self) { try SecretSealer(.file(path)).seal(Secret("x"), for: .sample) }
      #expect(failure?.code == .journalKey)
      #expect(try String(contentsOfFile: path, encoding: .utf8) == text)
    }
  }

  @Test("a missing key is told when a secret is opened, and no new one is made then")
  func missing() async throws {
    try await withTemporaryFolder { folder in
      let path = folder + "/journal.key"
      let sealed = try SecretSealer(.file(path)).seal(Secret(Self.token), for: .sample)
      try FileManager.default.removeItem(atPath: path)
      let failure = #expect(throws: Failure.self) { try SecretSealer(.file(path)).open(sealed, at: .sample) }
      #expect(failure?.code == .journalKey)
      #expect(failure?.message.contains(path) == true)
      #expect(failure?.hint?.contains("RUNBOOK_KEY") == true)
      #expect(!FileManager.default.fileExists(atPath: path))
    }
  }

  @Test("another key is told apart from damage")
  func wrongKey() throws {
    func sealer(_ byte: UInt8) -> SecretSealer {
      SecretSealer(.environment(Secret(Data(repeating: byte, count: 32).base64EncodedString())))
    }
    let sealed = try sealer(1).seal(Secret(Self.token), for: .sample)
    let other = #expect(throws: Failure.self) { try sealer(2).open(sealed, at: .sample) }
    #expect(other?.code == .journalKey)
    #expect(other?.message.contains("RUNBOOK_KEY") == true)
    var changed = Array(sealed)
    changed[20] = changed[20] == "A" ? "B" : "A"
    let damaged = #expect(throws: Failure.self) { try sealer(1).open(String(changed), at: .sample) }
    #expect(damaged?.code == .journalDamaged)
    for failure in [other, damaged] { #expect(failure.map { "\($0)".contains(Self.token) } == false) }
  }

  @Test("what was sealed before seals named a place is opened as before")
  func older() throws {
    // Of the bytes 0 to 31 as key, and made with another program: nonce 000102…0b, no associated data.
    let key = Secret(Data((0..<32).map { UInt8($0) }).base64EncodedString())
    let sealed = "3792c274:AAECAwQFBgcICQoLFFWbT46r7yqgILr91JsBQPCz5EaVD3IWVw6LqGkGa9dvr0x7oVr+0FGBAheH+EeCpQ=="
    #expect(try SecretSealer(.environment(key)).open(sealed, at: .sample) == Secret(Self.token))
    // Nor is a new one taken for an older one.
    let new = try SecretSealer(.environment(key)).seal(Secret("x"), for: .sample)
    let stripped = String(new.drop { $0 != ":" }.dropFirst())
    #expect(throws: Failure.self) { try SecretSealer(.environment(key)).open(stripped, at: .sample) }
  }

  @Test("the environment's key goes before the file's")
  func environment() async throws {
    try await withTemporaryFolder { folder in
      let path = folder + "/journal.key"
      let environment = [SecretSealer.environmentVariable: Data(repeating: 5, count: 32).base64EncodedString()]
      let sealed = try SecretSealer(keyFile: path, environment: environment).seal(Secret(Self.token), for: .sample)
      #expect(!FileManager.default.fileExists(atPath: path))
      #expect(try SecretSealer(keyFile: path, environment: environment).open(sealed, at: .sample) == Secret(Self.token))
      let bad = #expect(throws: Failure.self) {
        try SecretSealer(keyFile: path, environment: [SecretSealer.environmentVariable: "abc"]).seal(
          Secret("x"), for: .sample)
      }
      #expect(bad?.code == .journalKey)
      #expect(bad.map { "\($0)".contains("abc") } == false)
    }
  }

  @Test("no file of the journal holds the secret's text")
  func rawBytes() async throws {
    try await withTemporaryFolder { folder in
      let path = folder + "/journal.db"
      let store = try await SQLiteJournalStore(path: path, sealer: SecretSealer(.file(folder + "/journal.key")))
      let secret = Value.secret(Secret(Self.token))
      let stored = try await store.create(
        .sample("a", parameters: ["token": secret, "nested": [["deep": secret]]]),
        events: [Event(at: .sample, kind: .stepSucceeded, path: "p", payload: ["result": secret, "outcome": "read"])])
      #expect(stored[0].payload["result"] == secret)
      #expect(try await store.events(of: "a", after: 0)[0].payload["result"] == secret)

      func check() throws {
        let needles = [Data(Self.token.utf8), Data(Data(Self.token.utf8).base64EncodedString().utf8)]
        for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
          let content = try Data(contentsOf: URL(fileURLWithPath: folder + "/" + name))
          for needle in needles { #expect(content.range(of: needle) == nil, "\(name) holds the secret") }
        }
      }
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder).count == 4)
      try check()
      try await store.close()
      try check()
    }
  }
}
