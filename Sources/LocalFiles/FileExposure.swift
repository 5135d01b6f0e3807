import Glibc

/// A file or folder through which other users could change a path's file: one on the way to it that others may write,
/// or that belongs to another user.
///
/// Trusted are this process's user and root. A folder with the sticky bit, as `/tmp`, may be written by all: a user
/// can't replace a file of another user there. A group that has no other member counts as its member.
package struct FileExposure: Sendable, Hashable {
  /// Who could change it.
  package enum Cause: Sendable, Hashable {
    /// Its owner, who is neither this user nor root.
    case owner
    /// The members of its group, of that name.
    case group(String)
    /// Everybody.
    case everybody
  }

  /// The file or folder itself: the path that was asked for, one above it, or what a link on the way points to.
  package let path: String
  /// Whether it is a folder.
  package let isFolder: Bool
  /// Its owner's name, or number.
  package let owner: String
  /// Its permissions.
  package let mode: UInt16
  /// Who could change it.
  package let cause: Cause

  /// The first on the way to a path, from the root folder on; `nil` when only this user and root can change the path's
  /// file, and when there is none.
  ///
  /// - Parameter isOwn: whether others must not even add files to the path itself, a folder with the sticky bit.
  /// - Throws: ``LocalFileProblem``.
  package static func find(onTheWayTo path: String, isOwn: Bool = false) throws -> FileExposure? {
    var rest = parts(path.hasPrefix("/") ? path : currentFolder() + "/" + path)
    var place = "", links = 0
    var status = stat()
    guard lstat("/", &status) == 0 else { throw LocalFileProblem("look at", "/", errno) }
    if let found = look("/", status, isOwn: isOwn && rest.isEmpty) { return found }
    while !rest.isEmpty {
      let name = rest.removeFirst()
      if name == ".." {
        place = String(place[..<(place.lastIndex(of: "/") ?? place.startIndex)])
        continue
      }
      let next = "\(place)/\(name)"
      guard lstat(next, &status) == 0 else {
        if errno == ENOENT || errno == ENOTDIR { return nil }
        throw LocalFileProblem("look at", next, errno)
      }
      if status.st_mode & S_IFMT == S_IFLNK {
        links += 1
        guard links <= 40 else { throw LocalFileProblem("look at", path, ELOOP) }
        if !isTrusted(status.st_uid) { return FileExposure(next, status, .owner) }
        let target = try destination(of: next)
        if target.hasPrefix("/") { place = "" }
        rest = parts(target) + rest
        continue
      }
      if let found = look(next, status, isOwn: isOwn && rest.isEmpty) { return found }
      place = next
    }
    return nil
  }

  /// Whether it is a folder for many writers, such as `/tmp`.
  package var isShared: Bool { isFolder && mode & UInt16(S_ISVTX) != 0 }

  /// One sentence, without a full stop.
  package var words: String {
    let what = isFolder ? "the folder \(path)" : path
    let reported = "owner \(owner), mode \(octal)"
    return switch cause {
    case .owner: "\(what) belongs to another user: \(reported)"
    case .group(let group): "\(what) can be written by the group \(group): \(reported)"
    case .everybody: "\(what) can be written by everybody: \(reported)"
    }
  }

  /// The command that fixes it.
  package var remedy: String {
    let name = Self.quoted(path)
    return switch cause {
    case .owner: "chown \(Self.name(of: geteuid())) \(name)"
    case .group: "chmod g-w \(name)"
    case .everybody: "chmod go-w \(name)"
    }
  }

  /// The permissions as chmod takes them.
  private var octal: String {
    let text = String(mode, radix: 8)
    return String(repeating: "0", count: max(0, 4 - text.count)) + text
  }

  private init(_ path: String, _ status: stat, _ cause: Cause) {
    self.path = path
    isFolder = status.st_mode & S_IFMT == S_IFDIR
    owner = Self.name(of: status.st_uid)
    mode = UInt16(truncatingIfNeeded: status.st_mode & 0o7777)
    self.cause = cause
  }

  private static func look(_ path: String, _ status: stat, isOwn: Bool) -> FileExposure? {
    // A device such as /dev/null holds no written data.
    if status.st_mode & S_IFMT == S_IFCHR { return nil }
    if !isTrusted(status.st_uid) { return FileExposure(path, status, .owner) }
    let isSticky = status.st_mode & S_IFMT == S_IFDIR && status.st_mode & S_ISVTX != 0
    if isSticky && !isOwn { return nil }
    if status.st_mode & S_IWOTH != 0 { return FileExposure(path, status, .everybody) }
    guard status.st_mode & S_IWGRP != 0 else { return nil }
    if !FileGroup(status.st_gid).hasOthers, !hasAccessList(path) { return nil }
    return FileExposure(path, status, .group(FileGroup(status.st_gid).name))
  }

  private static func isTrusted(_ user: uid_t) -> Bool { user == geteuid() || user == 0 }

  /// Whether more users than owner, group and the others have rights of their own; the most that they may do is then in
  /// the place of the group's rights.
  private static func hasAccessList(_ path: String) -> Bool {
    // Swift's Glibc has no header of it.
    typealias Function =
      @convention(c) (UnsafePointer<CChar>, UnsafePointer<CChar>, UnsafeMutableRawPointer?, Int) -> Int
    guard let symbol = dlsym(nil, "getxattr") else { return true }
    return unsafeBitCast(symbol, to: Function.self)(path, "system.posix_acl_access", nil, 0) > 0
  }

  private static func destination(of link: String) throws -> String {
    var bytes = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = readlink(link, &bytes, bytes.count)
    guard count >= 0 else { throw LocalFileProblem("look at", link, errno) }
    return String(decoding: bytes.prefix(count).map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  private static func parts(_ path: String) -> [String] {
    path.split(separator: "/").map(String.init).filter { $0 != "." }
  }

  private static func currentFolder() -> String {
    guard let folder = getcwd(nil, 0) else { return "" }
    defer { free(folder) }
    return String(cString: folder)
  }

  private static func name(of user: uid_t) -> String { FileGroup.userName(user) ?? String(user) }

  /// For a shell, where it must be.
  private static func quoted(_ path: String) -> String {
    let isPlain = path.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "/"), UInt8(ascii: "."), UInt8(ascii: "_"),
        UInt8(ascii: "-"),
        UInt8(ascii: "+"), UInt8(ascii: ","), UInt8(ascii: ":"), UInt8(ascii: "@"):
        true
      default: false
      }
    }
    return isPlain
      ? path : "'" + path.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
  }
}
