import Remote

extension Fleet {
  /// The files of a host, as root where the inventory says so.
  func files(on host: String) throws -> RemoteFiles {
    RemoteFiles(try transport(host), sudo: try self.host(host).sudo)
  }
}
