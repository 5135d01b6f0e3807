import Values

/// Reads the names of the images in a tar file that `docker save` wrote.
enum SavedImages {
  /// From its `manifest.json`; `nil` where there is none.
  static func names(in archive: [UInt8]) -> [String]? {
    var place = 0
    while place + 512 <= archive.count {
      let header = archive[place..<place + 512]
      let name = String(decoding: header.prefix(100).prefix { $0 != 0 }, as: UTF8.self)
      let digits = header.dropFirst(124).prefix(12).filter { (0x30...0x37).contains($0) }
      guard let size = Int(String(decoding: digits, as: UTF8.self), radix: 8) else { return nil }
      if name == "manifest.json" {
        let end = min(place + 512 + size, archive.count)
        let json = try? JSON.decode(archive[place + 512..<end])
        return json?.arrayValue?.flatMap { $0["RepoTags"]?.arrayValue?.compactMap(\.stringValue) ?? [] }
      }
      place += 512 + (size + 511) / 512 * 512
    }
    return nil
  }
}
