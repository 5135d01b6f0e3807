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
