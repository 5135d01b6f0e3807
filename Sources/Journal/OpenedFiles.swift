import Foundation
import Synchronization

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Descriptors of journals for looking at them beside SQLite. They stay open: by POSIX, to close any descriptor of
/// a file ends all locks that the process has on it, those of SQLite too, and another process would then take the
/// write-ahead log away with what is written to it later (sqlite.org/howtocorrupt.html, 2.2). There is one for each file
/// that the process has looked at, so there are few.
enum OpenedFiles {
  private struct Identity: Hashable {
    var device: UInt64
    var inode: UInt64
  }

  private static let descriptors = Mutex<[Identity: Int32]>([:])

  /// A descriptor for reading the file that `status` describes.
  static func descriptor(of path: String, _ status: stat) throws -> Int32 {
    try descriptors.withLock { descriptors in
      let identity = Identity(device: UInt64(status.st_dev), inode: UInt64(status.st_ino))
      if let descriptor = descriptors[identity] { return descriptor }
      let descriptor = open(path, O_RDONLY | O_CLOEXEC)
      guard descriptor >= 0 else { throw JournalFile.unwritable(path, errno) }
      forget(&descriptors)
      descriptors[identity] = descriptor
      return descriptor
    }
  }

  /// Closes those of files that were deleted: no other process can open them, so their locks do not matter.
  private static func forget(_ descriptors: inout [Identity: Int32]) {
    for (identity, descriptor) in descriptors {
      var status = stat()
      guard fstat(descriptor, &status) == 0, status.st_nlink == 0 else { continue }
      close(descriptor)
      descriptors[identity] = nil
    }
  }
}
