import Values

/// A tar archive (ustar) in memory: regular files and folders.
struct TarArchive: Sendable, Hashable {
  /// One file, or a folder where `contents` is `nil`.
  struct Entry: Sendable, Hashable {
    var name: String
    var mode: UInt16
    var contents: [UInt8]?
  }

  var entries: [Entry]

  init(_ entries: [Entry]) { self.entries = entries }

  /// Reads an archive; what comes after the last whole entry is left.
  init(bytes: [UInt8]) {
    entries = []
    var place = 0
    while place + 512 <= bytes.count, bytes[place] != 0 {
      let header = bytes[place..<place + 512]
      guard let size = Self.octal(header.dropFirst(124).prefix(12)) else { return }
      let name = String(decoding: header.prefix(100).prefix { $0 != 0 }, as: UTF8.self)
      let begin = place + 512, end = min(begin + size, bytes.count)
      let isFolder = header[header.startIndex + 156] == UInt8(ascii: "5")
      entries.append(
        Entry(
          name: isFolder && name.hasSuffix("/") ? String(name.dropLast()) : name,
          mode: UInt16((Self.octal(header.dropFirst(100).prefix(8)) ?? 0o644) & 0o7777),
          contents: isFolder ? nil : Array(bytes[begin..<end])))
      place = begin + (size + 511) / 512 * 512
    }
  }

  var bytes: [UInt8] {
    entries.flatMap(Self.block) + [UInt8](repeating: 0, count: 1024)
  }

  private static func block(_ entry: Entry) -> [UInt8] {
    let isFolder = entry.contents == nil
    let contents = entry.contents ?? []
    var header = [UInt8](repeating: 0, count: 512)
    func put(_ text: String, at place: Int) {
      for (index, byte) in text.utf8.prefix(100).enumerated() { header[place + index] = byte }
    }
    func digits(_ number: Int, _ count: Int) -> String {
      let text = String(number, radix: 8)
      return String(repeating: "0", count: max(0, count - text.count)) + text
    }
    put(entry.name + (isFolder ? "/" : ""), at: 0)
    put(digits(Int(entry.mode), 7), at: 100)
    put(digits(0, 7), at: 108)
    put(digits(0, 7), at: 116)
    put(digits(contents.count, 11), at: 124)
    put(digits(0, 11), at: 136)
    put("        ", at: 148)
    put(isFolder ? "5" : "0", at: 156)
    put("ustar", at: 257)
    put("00", at: 263)
    put(digits(header.reduce(0) { $0 + Int($1) }, 6) + "\0 ", at: 148)
    return header + contents + [UInt8](repeating: 0, count: (512 - contents.count % 512) % 512)
  }

  private static func octal(_ bytes: ArraySlice<UInt8>) -> Int? {
    let digits = bytes.filter { (0x30...0x37).contains($0) }
    return digits.isEmpty ? nil : Int(String(decoding: digits, as: UTF8.self), radix: 8)
  }
}

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

/// Reads the names of the images in a tar file that `docker save` wrote.
enum SavedImages {
  /// From its `manifest.json`; `nil` where there is none.
  static func names(in archive: [UInt8]) -> [String]? {
    let manifest = TarArchive(bytes: archive).entries.first { $0.name == "manifest.json" }?.contents
    return manifest.flatMap { try? JSON.decode($0) }?.arrayValue?.flatMap {
      $0["RepoTags"]?.arrayValue?.compactMap(\.stringValue) ?? []
    }
  }
}
