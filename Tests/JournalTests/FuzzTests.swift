import Crypto
import Foundation
import Fuzzing
import TestSupport
import Testing
import Values

@testable import Journal

@Suite("No text brings the readers of what the journal wrote down", .usualTimeLimit)
struct FuzzTests {
  private static func archive() throws -> [Substring] {
    let events = [Event.sample("one"), .sample("two\u{0}")]
    let archive = RunArchive(
      entries: [
        .init(record: .sample("aaaaaa", parameters: ["ratio": 2.0, "bytes": .bytes([0xFF, 0])]), events: events),
        .init(record: .sample("bbbbbb"), events: []),
      ], writtenAt: .sample, user: "operator", machine: "desk")
    return try archive.text().split(separator: "\n")
  }

  @Test("archives of runs with a few bytes or values changed, and a checksum that fits again")
  func archives() async throws {
    let lines = try Self.archive()
    let alphabet = Array("[]{}:,\"\\0123456789-eE.ntfu$ \u{0}é".utf8)
    try await Fuzz("archives of runs", cases: 1_500).run { random in
      var changed = lines.dropLast().map { Array($0.utf8) }
      let index = Int.random(in: changed.indices, using: &random)
      if Bool.random(using: &random), let value = try? JSON.decode(changed[index]),
        let text = try? JSON.encode(random.distort(value), secrets: .hidden)
      {
        changed[index] = Array(text.utf8)
      } else {
        changed[index] = random.mutate(changed[index], alphabet: alphabet)
      }
      if Int.random(in: 0..<10, using: &random) == 0 { changed.remove(at: index) }
      var bytes = changed.flatMap { $0 + [UInt8(ascii: "\n")] }
      let digest = SHA256.hash(data: bytes).map { String(format: "%02x", $0) }.joined()
      bytes += Array("{\"sha256\":\"\(digest)\"}\n".utf8)
      do {
        let archive = try RunArchive(text: bytes, file: "f")
        let store = InMemoryJournalStore()
        _ = try await ArchiveImport(archive, by: "reader").add(to: store, at: .sample)
        for entry in archive.entries { _ = RunState(events: entry.events) }
        return true
      } catch is Failure { return false }
    }
  }

  @Test("payloads of events with a few bytes changed")
  func payloads() throws {
    let key = Secret(Data(repeating: 9, count: 32).base64EncodedString())
    let coding = PayloadCoding(sealer: SecretSealer(.environment(key)))
    let place = SealedPlace(run: "a", sequence: 1, kind: "k")
    let texts = try PayloadCodingTests.values.map { Array(try coding.encode($0, at: place).utf8) }
    let alphabet = Array("[]{}:,\"\\0123456789-eE.$bytesecrtoj ".utf8)
    try Fuzz("payloads", cases: 3_000).run { random in
      let bytes = random.mutate(texts.randomElement(using: &random) ?? [], alphabet: alphabet)
      do {
        _ = try coding.decode(String(decoding: bytes, as: UTF8.self), at: place)
        return true
      } catch is Failure { return false }
    }
  }
}
