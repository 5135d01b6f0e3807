/// Files as `gzip` writes them, without making anything smaller: every program that reads gzip reads these.
enum StoredGzip {
  /// The most bytes of one block.
  private static let blockSize = 65_535

  static func pack(_ bytes: [UInt8]) -> [UInt8] {
    var packed: [UInt8] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]
    var place = 0
    repeat {
      let end = min(place + blockSize, bytes.count)
      packed.append(end == bytes.count ? 1 : 0)
      let size = UInt16(end - place)
      packed += little(UInt32(size), 2) + little(UInt32(~size), 2) + bytes[place..<end]
      place = end
    } while place < bytes.count
    return packed + little(checksum(bytes), 4) + little(UInt32(truncatingIfNeeded: bytes.count), 4)
  }

  /// What ``pack(_:)`` packed; `nil` for anything else, also for files that other programs have made smaller.
  static func unpack(_ packed: [UInt8]) -> [UInt8]? {
    guard packed.count >= 18, packed.starts(with: [0x1f, 0x8b, 8, 0]) else { return nil }
    var bytes: [UInt8] = [], place = 10
    while true {
      guard place + 5 <= packed.count, packed[place] <= 1 else { return nil }
      let isLast = packed[place] == 1
      let size = Int(packed[place + 1]) | Int(packed[place + 2]) << 8
      place += 5
      guard place + size + 8 <= packed.count else { return nil }
      bytes += packed[place..<place + size]
      place += size
      if isLast { break }
    }
    return Array(packed[place..<place + 4]) == little(checksum(bytes), 4) ? bytes : nil
  }

  private static func little(_ number: UInt32, _ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
  }

  private static let table: [UInt32] = (0..<256).map { index in
    (0..<8).reduce(UInt32(index)) { value, _ in value & 1 == 1 ? 0xedb8_8320 ^ (value >> 1) : value >> 1 }
  }

  /// CRC-32, as gzip has it.
  private static func checksum(_ bytes: [UInt8]) -> UInt32 {
    ~bytes.reduce(UInt32.max) { table[Int(($0 ^ UInt32($1)) & 255)] ^ ($0 >> 8) }
  }
}
