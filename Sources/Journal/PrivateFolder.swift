import Foundation
import LocalFiles
import Values

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Folders that only their owner can use.
enum PrivateFolder {
  /// Makes the folder with mode 0700, and those above it, on the disk. One that is there is left as it is.
  static func make(_ path: String) throws {
    if path.isEmpty { return }
    do { try DurableFile.makeFolder(path, mode: 0o700) } catch let problem as LocalFileProblem {
      throw unusable(problem.path, problem.error == ENOTDIR ? "it is not a folder" : problem.cause)
    }
  }

  /// Refuses a folder whose files other users could change, now or by replacing them, and a file that other users could
  /// change. A missing file or folder is accepted.
  static func check(_ path: String) throws {
    do {
      guard let exposure = try FileExposure.find(onTheWayTo: path, isOwn: true) else { return }
      throw Failure(
        .folderExposed, "\(path), where the state of runs is kept, can be changed by others", cause: exposure.words,
        hint: exposure.isShared
          ? "name another state folder with --state: every user may write to \(exposure.path)"
          : "if no other user has written there: \(exposure.remedy); or name another state folder with --state")
    } catch let problem as LocalFileProblem { throw unusable(problem.path, problem.cause) }
  }

  /// Makes the folder with mode 0700 unless it is there, and refuses one that others own or may enter, or a link to
  /// one: in a place like /tmp any user could have put it there.
  static func makeGuarded(_ path: String) throws {
    guard mkdir(path, 0o700) == 0 || errno == EEXIST else { throw unusable(path, String(cString: strerror(errno))) }
    var status = stat()
    guard lstat(path, &status) == 0 else { throw unusable(path, String(cString: strerror(errno))) }
    guard status.st_mode & S_IFMT == S_IFDIR else { throw unusable(path, "it is not a folder") }
    guard status.st_uid == geteuid() else { throw unusable(path, "it belongs to user \(status.st_uid)") }
    guard status.st_mode & 0o077 == 0 else {
      throw unusable(path, "others may enter it: mode \(String(status.st_mode & 0o777, radix: 8))")
    }
  }

  private static func unusable(_ path: String, _ cause: String) -> Failure {
    Failure(
      .folderUnusable, "the folder \(path) can't be used", cause: cause,
      hint: "check its owner and its mode (it must be 700), or name another state folder with --state")
  }
}

extension FailureCode {
  /// A folder of the program's state can't be made, or other users can use it.
  public static let folderUnusable: FailureCode = "state.folder_unusable"
  /// Other users could change files in the state folder.
  public static let folderExposed: FailureCode = "state.folder_exposed"
}
