import Values

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
