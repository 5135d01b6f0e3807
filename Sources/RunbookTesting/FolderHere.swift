import Foundation
import Synchronization
import Values

/// A test's own folder on this machine, for what runbooks read and write here. It is created when it is first needed.
final class FolderHere: Sendable {
  private let folder = Mutex<URL?>(nil)

  /// The absolute path of a file in it, which is written if there are contents.
  func location(_ name: String, contents: String?) throws -> String {
    guard !name.isEmpty, !name.contains("/"), name != ".", name != ".." else {
      throw Failure(.argument, "\"\(name)\" is not a file name", hint: "use a name without folders, such as new.yml")
    }
    do {
      let file = try made().appending(path: name)
      if let contents { try Data(contents.utf8).write(to: file) }
      return file.path
    } catch {
      throw Failure("test.unwritable", "the file \(name) can't be made here", cause: error.localizedDescription)
    }
  }

  private func made() throws -> URL {
    try folder.withLock { folder in
      if let folder { return folder }
      let new = FileManager.default.temporaryDirectory.appending(path: "runbook-test-\(UUID().uuidString)")
      try FileManager.default.createDirectory(
        at: new, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
      folder = new
      return new
    }
  }

  /// Removes it with all that is in it.
  func remove() {
    folder.withLock { folder in
      if let folder { try? FileManager.default.removeItem(at: folder) }
      folder = nil
    }
  }
}
