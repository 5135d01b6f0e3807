import Foundation
import Glibc
import LocalFiles
import Synchronization
import Values

/// The journal's file before SQLite sees it.
enum JournalFile {
  /// What exists there.
  enum Content: Sendable, Hashable {
    /// No file.
    case missing
    /// An empty file, as a new database begins.
    case empty
    /// A file that begins as an SQLite database does.
    case database
  }

  /// Checks the file without changing it. Refuses files that SQLite must not touch.
  static func inspect(_ path: String) throws -> Content {
    var status = stat()
    guard stat(path, &status) == 0 else {
      if errno == ENOENT { return .missing }
      throw unwritable(path, errno)
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw Failure(
        .journalDamaged, "\(path) is not a file", hint: "name another state folder with --state, or move it away")
    }
    if status.st_size == 0 {
      // SQLite would delete the log, because it would take the database for a new one.
      if stat(path + "-wal", &status) == 0, status.st_size > 0 {
        throw Failure.damagedJournal(path, cause: "the file is empty, but its write-ahead log is not")
      }
      return .empty
    }
    guard try beginsAsDatabase(path, status) else {
      throw Failure.damagedJournal(path, cause: "the file is not an SQLite database; nothing of it can be read")
    }
    return .database
  }

  /// Makes the folder (mode 0700) and an empty file (mode 0600), so that other users can read neither at any moment.
  static func make(_ path: String) throws {
    try PrivateFolder.make((path as NSString).deletingLastPathComponent)
    let descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
      if errno == EEXIST { return }
      throw unwritable(path, errno)
    }
    close(descriptor)
    // SQLite syncs the file to the disk, but not its name.
    do { try DurableFile.syncFolder(of: path) } catch let problem as LocalFileProblem {
      throw unwritable(path, problem.error)
    }
  }

  private static func beginsAsDatabase(_ path: String, _ status: stat) throws -> Bool {
    let descriptor = try OpenedFiles.descriptor(of: path, status)
    var head = [UInt8](repeating: 0, count: 16)
    return pread(descriptor, &head, head.count, 0) == head.count && head.elementsEqual("SQLite format 3\0".utf8)
  }

  static func unwritable(_ path: String, _ error: Int32) -> Failure {
    Failure(
      .journalUnwritable, "the journal \(path) can't be written", cause: String(cString: strerror(error)),
      hint: "check the owner and the mode of the file and of its folder, or name another folder with --state")
  }
}

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
