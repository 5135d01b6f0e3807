import Foundation
import Fuzzing
import PinnedTools
import Values

/// Ansible's own reading of inventories, by the pinned version.
enum AnsibleCore {
  /// Reads each file with `ansible-inventory --list`; `nil` for one that it refuses. One process for all of them, which
  /// forks for each: loading Ansible is most of the time.
  static func lists(_ files: [String]) throws -> [String?] {
    guard let folder = PinnedTool.ansible.folder else { throw Broken(PinnedTool.ansible.obstacle) }
    let home = FileManager.default.temporaryDirectory.appending(path: "ansible-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: home, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: home) }
    let result = try Tool.run(
      folder + "/python", ["-c", driver, home.path] + files,
      environment: [
        "PATH": "/usr/bin:/bin", "HOME": home.path, "ANSIBLE_HOME": home.path, "LC_ALL": "C.UTF-8",
        "ANSIBLE_INVENTORY_UNPARSED_FAILED": "true", "ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED": "true",
      ])
    guard result.status == 0 else { throw Broken("the driver of Ansible failed: \(result.errors)") }
    return files.indices.map { try? String(contentsOf: home.appending(path: "\($0).json"), encoding: .utf8) }
  }

  private static let driver = """
    import os, sys
    from ansible.cli.inventory import InventoryCLI
    home, files = sys.argv[1], sys.argv[2:]
    for index, path in enumerate(files):
        made = f"{home}/{index}.new"
        child = os.fork()
        if child == 0:
            os.dup2(os.open(made, os.O_WRONLY | os.O_CREAT, 0o600), 1)
            os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
            code = 1
            try:
                code = InventoryCLI.cli_executor(["ansible-inventory", "-i", path, "--list"]) or 0
            except SystemExit as end:
                code = end.code
            finally:
                sys.stdout.flush()
                os._exit(code if isinstance(code, int) else 1)
        if os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0:
            os.rename(made, f"{home}/{index}.json")
    """
}
