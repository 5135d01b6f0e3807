import Crypto
import Foundation

/// A short hash of a row's content. SQLite has no checksums of its own: without this, a flipped bit inside a text would
/// be believed.
struct RowDigest {
  private var hash = SHA256()

  /// Takes in a field; absent and empty differ.
  mutating func add(_ text: String?) {
    guard var text else { return add(-1) }
    text.withUTF8 { bytes in
      add(Int64(bytes.count))
      hash.update(bufferPointer: UnsafeRawBufferPointer(bytes))
    }
  }

  /// Takes in a number; absent and any number differ.
  mutating func add(_ number: Int64?) {
    withUnsafeBytes(of: (number ?? .min).littleEndian) { hash.update(bufferPointer: $0) }
    if number == nil { hash.update(data: [0]) }
  }

  /// The first eight bytes.
  func finish() -> Data { Data(hash.finalize().prefix(8)) }
}
