import Foundation
import Glibc

/// Files of this machine that are on its disk, with their names, before that is reported.
///
/// All of this blocks; see ``onThreadOfItsOwn(_:)``.
package enum DurableFile {
  /// Makes a file, complete from the moment it exists. An existing file is never overwritten, even one created at the
  /// same moment.
  ///
  /// - Parameter mode: its permissions; `nil` leaves them to the process's mask.
  /// - Returns: whether it was made; `false` when something is there.
  /// - Throws: ``LocalFileProblem``.
  package static func create(_ contents: [UInt8], at path: String, mode: UInt16?) throws -> Bool {
    let draft = try write(contents, toDraftOf: path, mode: mode)
    var isMade = true
    do {
      defer { unlink(draft) }
      // The link is the one moment in which the file begins to exist.
      if link(draft, path) != 0 {
        switch errno {
        case EEXIST: isMade = false
        case EPERM, EMLINK, EOPNOTSUPP, ENOSYS: isMade = try createWithoutLink(contents, at: path, mode: mode)
        case let problem: throw LocalFileProblem("make", path, problem)
        }
      }
    }
    try syncFolder(of: path)
    return isMade
  }

  /// Replaces a file. A reader sees either the old contents or the new.
  ///
  /// - Parameter mode: its permissions.
  /// - Throws: ``LocalFileProblem``; then the old file is still there.
  package static func replace(_ contents: [UInt8], at path: String, mode: UInt16) throws {
    let draft = try write(contents, toDraftOf: path, mode: mode)
    guard rename(draft, path) == 0 else {
      let problem = errno
      unlink(draft)
      throw LocalFileProblem("write", path, problem)
    }
    try syncFolder(of: path)
  }

  /// Makes a folder and those above it that are missing. An existing one is left as it is.
  ///
  /// - Throws: ``LocalFileProblem``.
  package static func makeFolder(_ path: String, mode: UInt16 = 0o777) throws {
    var status = stat()
    if stat(path, &status) == 0 {
      guard status.st_mode & S_IFMT == S_IFDIR else { throw LocalFileProblem("make the folder", path, ENOTDIR) }
      return
    }
    let above = folder(of: path)
    if above != path { try makeFolder(above, mode: mode) }
    guard mkdir(path, mode_t(mode)) == 0 || errno == EEXIST else {
      throw LocalFileProblem("make the folder", path, errno)
    }
    try syncFolder(of: path)
  }

  /// Syncs an existing file, and its name, to the disk.
  ///
  /// - Throws: ``LocalFileProblem``.
  package static func sync(_ path: String) throws {
    try sync(opened: path, flags: O_RDONLY)
    try syncFolder(of: path)
  }

  /// Syncs the names in the folder of a path to the disk.
  ///
  /// - Throws: ``LocalFileProblem``.
  package static func syncFolder(of path: String) throws {
    try sync(opened: folder(of: path), flags: O_RDONLY | O_DIRECTORY)
  }

  private static func write(_ contents: [UInt8], toDraftOf path: String, mode: UInt16?) throws -> String {
    let draft = folder(of: path) + "/.runbook-\(getpid())-" + String(UInt64.random(in: 0 ... .max), radix: 36)
    try write(contents, toNew: draft, mode: mode, named: path)
    return draft
  }

  /// For file systems without links: the file exists before it is complete, and one that can't be written is removed.
  private static func createWithoutLink(_ contents: [UInt8], at path: String, mode: UInt16?) throws -> Bool {
    do {
      try write(contents, toNew: path, mode: mode, named: path)
      return true
    } catch let problem as LocalFileProblem where problem.error == EEXIST { return false }
  }

  /// - Parameter name: the path that the user knows.
  private static func write(_ contents: [UInt8], toNew path: String, mode: UInt16?, named name: String) throws {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode_t(mode.map { $0 & 0o700 } ?? 0o666))
    guard descriptor >= 0 else { throw LocalFileProblem("make", name, errno) }
    do {
      defer { close(descriptor) }
      var rest = contents[...]
      while !rest.isEmpty {
        // Qualified, because this type has functions of that name.
        let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
        if count < 0, errno == EINTR { continue }
        guard count >= 0 else { throw LocalFileProblem("write", name, errno) }
        rest = rest.dropFirst(count)
      }
      if let mode, fchmod(descriptor, mode_t(mode)) != 0 { throw LocalFileProblem("write", name, errno) }
      try flush(descriptor, name)
    } catch {
      unlink(path)
      throw error
    }
  }

  private static func sync(opened path: String, flags: Int32) throws {
    let descriptor = open(path, flags | O_CLOEXEC)
    guard descriptor >= 0 else {
      // Who may write into a folder need not be allowed to read it.
      guard errno == EACCES else { throw LocalFileProblem("bring to the disk", path, errno) }
      return syncAll()
    }
    defer { close(descriptor) }
    try flush(descriptor, path)
  }

  private static func flush(_ descriptor: Int32, _ path: String) throws {
    if fsync(descriptor) == 0 { return }
    switch errno {
    // Some file systems can't do it for a folder.
    case EINVAL, EOPNOTSUPP, ENOSYS, EROFS: syncAll()
    case let problem: throw LocalFileProblem("bring to the disk", path, problem)
    }
  }

  private static func syncAll() {
    Glibc.sync()
  }

  private static func folder(of path: String) -> String {
    let trimmed = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
    guard let slash = trimmed.lastIndex(of: "/") else { return "." }
    return slash == trimmed.startIndex ? "/" : String(trimmed[..<slash])
  }
}

/// What the system said when something could not be done with a file of this machine.
package struct LocalFileProblem: Error, Sendable, Hashable, CustomStringConvertible {
  /// What failed, as a verb: `write`.
  package let verb: String
  /// The file or folder.
  package let path: String
  /// The system's number.
  package let error: Int32

  init(_ verb: String, _ path: String, _ error: Int32) {
    self.verb = verb
    self.path = path
    self.error = error
  }

  /// The system's own words.
  package var cause: String { String(cString: strerror(error)) }
  /// One sentence.
  package var description: String { "could not \(verb) \(path): \(cause)" }
}

/// Runs work that blocks on a thread of its own, so that no thread of the cooperative pool waits for it.
package func onThreadOfItsOwn<Result: Sendable>(_ work: @escaping @Sendable () throws -> Result) async throws -> Result
{
  try await withCheckedThrowingContinuation { continuation in
    Thread.detachNewThread { continuation.resume(with: Swift.Result { try work() }) }
  }
}
