import Glibc
import Synchronization

/// The system's own entry of a group.
private typealias SystemGroup = group

/// A group of this machine's users, and who is in it.
struct FileGroup {
  private let number: gid_t

  init(_ number: gid_t) { self.number = number }

  /// Its name, or number.
  var name: String { entry()?.name ?? String(number) }

  /// Whether it has a member other than this user and root; true also when that is unknown.
  var hasOthers: Bool {
    guard let members = entry()?.members else { return true }
    let trusted = Set([geteuid(), 0].compactMap(Self.userName))
    guard members.allSatisfy(trusted.contains) else { return true }
    return Self.hasForeignUser(ofMainGroup: number)
  }

  /// A user's name.
  static func userName(_ user: uid_t) -> String? {
    var entry = passwd()
    var found: UnsafeMutablePointer<passwd>?
    var buffer = [CChar](repeating: 0, count: 1 << 16)
    guard getpwuid_r(user, &entry, &buffer, buffer.count, &found) == 0, found != nil, let name = entry.pw_name else {
      return nil
    }
    return String(cString: name)
  }

  /// The group's name and its members' names, without those whose main group it is.
  private func entry() -> (name: String, members: [String])? {
    var entry = SystemGroup()
    var found: UnsafeMutablePointer<SystemGroup>?
    var buffer = [CChar](repeating: 0, count: 1 << 20)
    return buffer.withUnsafeMutableBufferPointer { bytes in
      guard getgrgid_r(number, &entry, bytes.baseAddress!, bytes.count, &found) == 0, found != nil,
        let name = entry.gr_name
      else { return nil }
      var members: [String] = []
      var next = entry.gr_mem
      while let member = next?.pointee {
        members.append(String(cString: member))
        next = next?.successor()
      }
      return (String(cString: name), members)
    }
  }

  /// Whether another user than this one and root has the group as main group.
  private static func hasForeignUser(ofMainGroup group: gid_t) -> Bool {
    // The list of users is one for the whole process.
    users.withLock { _ in
      setpwent()
      defer { endpwent() }
      while let entry = getpwent() {
        if entry.pointee.pw_gid == group, entry.pointee.pw_uid != geteuid(), entry.pointee.pw_uid != 0 { return true }
      }
      return false
    }
  }

  private static let users = Mutex(())
}
