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

/// The texts of the files that are not copies.
enum ProjectTexts {
  static let inventory = """
    # The hosts, and what belongs where. Check it with: runbook inventory check
    stack:
      name: da
      directory: /opt/nexus/docker-compose       # on the manager
      files: [docker-compose.yml, network.yml, versiontag.yml]

    sudo: true                                   # docker needs sudo on these hosts
    # ssh: { user: agadmin }                     # the rest comes from your own ssh configuration

    hosts:
      da1:
        address: 10.77.0.1
        role: manager
        services: [admin, distribution, postgres]
      da2:
        address: 10.77.0.2
        role: worker
        services: [accesspoint]
      da3:
        address: 10.77.0.3
        role: worker
        services: [policy, authentication]

    """

  static let editor = """
    {
      "$schema": "https://raw.githubusercontent.com/LuaLS/vscode-lua/master/setting/schema.json",
      "runtime.version": "Lua 5.4",
      "runtime.path": ["stdlib/?.lua"],
      "runtime.pathStrict": true,
      "runtime.builtin": { "io": "disable", "os": "disable", "debug": "disable", "package": "disable" },
      "workspace.library": ["stdlib/meta"],
      "workspace.checkThirdParty": false
    }

    """

  static let ignored = """
    # Files that a run writes: state (with --state or RUNBOOK_STATE in this folder), reports, archives.
    /state/
    /runbook-*.html
    /runbook-*.jsonl
    # Keys and secrets do not belong here.
    *.key
    *.pem
    .env

    """

  static let readme = """
    # Runbooks

    Created by `runbook init`, version \(Version.text). `runbooks/` and `stdlib/` are copies of what that version
    ships; in this folder they are used instead of the shipped ones. To use a shipped one again, delete its copy.

    1. Describe the hosts in `inventory.yaml`, or generate it: `runbook inventory from-swarm MANAGER`,
       `runbook inventory from-ansible FILE`.
    2. `runbook inventory check` shows what is wrong with it. `runbook doctor -i inventory.yaml` checks this machine and
       the hosts.
    3. `runbook plan distribute.lua -i inventory.yaml` shows each step, and changes nothing.
    4. `runbook run distribute.lua -i inventory.yaml`. After a lost connection: `runbook resume`.

    Editors with the Lua language server complete and check runbooks with `.luarc.json`.

    """
}
