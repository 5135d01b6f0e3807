import Crypto
import Foundation
import Synchronization
import Values

/// Seals secrets for the journal with AES-GCM and a key of 256 bits, and opens them again.
///
/// A sealed secret is `2:`, the ID of its key, a colon, and the base64 of nonce, ciphertext and tag; the seal also vouches
/// for the ``SealedPlace``. Before version 2 it had neither that nor a version, and such ones are still opened.
package final class SecretSealer: Sendable {
  /// Where the key is.
  package enum KeySource: Sendable, Hashable {
    /// A file, by its path. It is made when the first secret is sealed, and only its owner may read it.
    case file(String)
    /// The value of the environment variable ``SecretSealer/environmentVariable``: base64 of 32 bytes.
    case environment(Secret)
    /// Nowhere: nothing can be sealed or opened.
    case none
  }

  /// The environment variable that may hold the key.
  package static let environmentVariable = "RUNBOOK_KEY"

  private let source: KeySource
  private let cached = Mutex<SymmetricKey?>(nil)

  /// Seals with that key. It is read when it is needed first.
  package init(_ source: KeySource) { self.source = source }

  /// Seals with the key of the environment if it is set there, else with that of the file.
  package convenience init(keyFile path: String, environment: [String: String]) {
    if let text = environment[Self.environmentVariable], !text.isEmpty {
      self.init(.environment(Secret(text)))
    } else {
      self.init(.file(path))
    }
  }

  /// Seals a secret for one place. Makes the key file when there is none.
  func seal(_ secret: Secret, for place: SealedPlace) throws -> String {
    let key = try key(making: true)
    do {
      guard let box = try AES.GCM.seal(Data(secret.reveal().utf8), using: key, authenticating: place.bytes).combined
      else { throw SealError() }
      return "\(Self.version):\(Self.identifier(of: key)):\(box.base64EncodedString())"
    } catch {
      throw Failure(.journalKey, "a secret could not be sealed for the journal", cause: "\(type(of: error))")
    }
  }

  /// Opens a secret that was sealed for that place.
  func open(_ sealed: String, at place: SealedPlace) throws -> Secret {
    let key = try key(making: false)
    var parts = sealed.split(separator: ":", omittingEmptySubsequences: false)
    let isBound = parts.count == 3 && parts[0] == Self.version
    if isBound { parts.removeFirst() }
    guard parts.count == 2, let box = Data(base64Encoded: String(parts[1])) else {
      throw Failure(.journalDamaged, "the journal holds a sealed secret that can't be read")
    }
    let identifier = Self.identifier(of: key)
    guard parts[0] == identifier else {
      throw Failure(
        .journalKey, "\(self.place) holds a different key than the one that sealed the secrets of this run",
        cause: "sealed with key \(parts[0]), found key \(identifier)", hint: hint)
    }
    let vouched = isBound ? place.bytes : Data()
    guard let opened = try? AES.GCM.open(AES.GCM.SealedBox(combined: box), using: key, authenticating: vouched),
      let text = String(validating: opened, as: UTF8.self)
    else {
      throw Failure(.journalDamaged, "a sealed secret in the journal was changed or moved and can't be opened")
    }
    return Secret(text)
  }

  private struct SealError: Error {}
  private static let version = "2"

  /// Names a key without revealing it: the beginning of a hash of it.
  private static func identifier(of key: SymmetricKey) -> String {
    var hash = SHA256()
    hash.update(data: Data("runbook key identifier".utf8))
    key.withUnsafeBytes { hash.update(bufferPointer: $0) }
    return Hexadecimal.encode(hash.finalize().prefix(4))
  }

  private var place: String {
    switch source {
    case .file(let path): "the key file \(path)"
    case .environment: "the environment variable \(Self.environmentVariable)"
    case .none: "this journal"
    }
  }

  private var hint: String {
    """
    restore the key that the run was started with: its \(KeyFile.standardName), or its value of \
    \(Self.environmentVariable); without it the run's secrets are lost, and a new run is needed
    """
  }

  private func key(making: Bool) throws -> SymmetricKey {
    try cached.withLock { cached in
      if let cached { return cached }
      let key = try load(making: making)
      cached = key
      return key
    }
  }

  private func load(making: Bool) throws -> SymmetricKey {
    switch source {
    case .none:
      throw Failure(.journalKey, "there is no key for the journal's secrets", hint: hint)
    case .environment(let secret):
      guard let key = Self.key(base64: secret.reveal()) else {
        throw Failure(
          .journalKey, "\(Self.environmentVariable) is not the base64 of 32 bytes",
          hint: "make one with: openssl rand -base64 32")
      }
      return key
    case .file(let path):
      guard let text = try KeyFile.read(path) ?? (making ? try KeyFile.make(path) : nil) else {
        throw Failure(.journalKey, "the key file \(path) is missing", hint: hint)
      }
      guard let key = Self.key(base64: text) else {
        throw Failure(.journalKey, "the key file \(path) does not hold the base64 of 32 bytes", hint: hint)
      }
      return key
    }
  }

  private static func key(base64 text: String) -> SymmetricKey? {
    guard let data = Data(base64Encoded: text.trimmingCharacters(in: .whitespacesAndNewlines)), data.count == 32
    else { return nil }
    return SymmetricKey(data: data)
  }
}

/// Where in the journal a sealed secret is. It is sealed for that place alone: moved to another run, event or name, it
/// can't be opened.
struct SealedPlace: Sendable, Hashable {
  /// The run's ID.
  var run: String
  /// The event's number; 0 for the record of the run itself.
  var sequence: Int64
  /// The event's kind, or `parameters`.
  var kind: String
  /// The step's path, or the name of a recorded value.
  var path: String?
  /// The names and numbers that lead to it inside of the data.
  var members: [String] = []

  /// The place of a member.
  func member(_ name: String) -> SealedPlace {
    var place = self
    place.members.append(name)
    return place
  }

  /// The place as the bytes that a seal vouches for. No two places have the same ones: each part follows its length.
  var bytes: Data {
    var data = Data("runbook secret 2".utf8)
    for part in [run, String(sequence), kind, path.map { "=" + $0 } ?? ""] + members {
      data.append(Data("\(part.utf8.count):\(part)".utf8))
    }
    return data
  }
}

extension SealedPlace {
  /// In an event of a run.
  init(_ event: Event, of run: String) {
    self.init(run: run, sequence: event.sequence, kind: event.kind.rawValue, path: event.path)
  }

  /// In the record of a run.
  init(parametersOf run: String) { self.init(run: run, sequence: 0, kind: "parameters", path: nil) }
}
