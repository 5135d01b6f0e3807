import Foundation
import LocalFiles
import Values

/// The files of a project that `runbook init` begins.
struct Project {
  private let folder: URL
  /// What is written: paths below the folder, with where the content comes from.
  private let files: [(path: String, content: Content)]

  private enum Content {
    case text(String)
    case copy(URL)
  }

  /// Gathers the files; nothing is written.
  init(folder: String, shared: SharedFolders) throws {
    self.folder = URL(filePath: folder, directoryHint: .isDirectory)
    guard let root = shared.root.map({ URL(filePath: $0, directoryHint: .isDirectory) }) else {
      throw Failure(
        "init.no_shipped_files", "the shipped runbooks and modules are not found",
        hint: "install them at ../share/runbook of the program, or name their folder with RUNBOOK_SHARE")
    }
    var files: [(path: String, content: Content)] = [
      ("inventory.yaml", .text(ProjectTexts.inventory)), (".luarc.json", .text(ProjectTexts.editor)),
      (".gitignore", .text(ProjectTexts.ignored)), ("README.md", .text(ProjectTexts.readme)),
    ]
    for name in ["runbooks", "stdlib"] {
      files += try Self.luaFiles(below: root.appending(path: name), prefix: name)
    }
    self.files = files
  }

  private static func luaFiles(below folder: URL, prefix: String) throws -> [(path: String, content: Content)] {
    let names = try FileManager.default.subpathsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".lua") }
    return names.sorted().map { ("\(prefix)/\($0)", .copy(folder.appending(path: $0))) }
  }

  /// Writes all of them, and gives their paths. Refuses before anything is written when one is there.
  func write() throws -> [String] {
    let present = files.map(\.path).filter { FileManager.default.fileExists(atPath: folder.appending(path: $0).path) }
    if !present.isEmpty { throw Self.exists(present, "nothing was written") }
    for file in files {
      let target = folder.appending(path: file.path)
      do {
        try DurableFile.makeFolder(target.deletingLastPathComponent().path)
        let data: Data
        switch file.content {
        case .text(let text): data = Data(text.utf8)
        case .copy(let source): data = try Data(contentsOf: source)
        }
        // A file that was created at this moment is not overwritten either.
        guard try DurableFile.create(Array(data), at: target.path, mode: nil) else {
          throw Self.exists([file.path], "it was created meanwhile, and was not changed")
        }
      } catch let failure as Failure {
        throw failure
      } catch {
        throw Failure(
          "init.unwritable", "\(target.path) can't be written",
          cause: (error as? LocalFileProblem)?.cause ?? error.localizedDescription,
          hint: "check the folder's owner, mode and free space")
      }
    }
    return files.map(\.path)
  }

  private static func exists(_ present: [String], _ outcome: String) -> Failure {
    let shown = present.prefix(5).joined(separator: ", ") + (present.count > 5 ? ", …" : "")
    return Failure(
      "init.exists", "\(present.count == 1 ? "a file exists" : "files exist") already: \(shown); \(outcome)",
      hint: "choose an empty folder: runbook init FOLDER")
  }
}
