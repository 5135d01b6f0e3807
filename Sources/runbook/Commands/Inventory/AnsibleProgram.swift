import Foundation
import Inventory
import Remote
import Values

/// The `ansible-inventory` of this machine.
struct AnsibleProgram {
  private let path: String

  /// Finds it; `nil` where it is not installed.
  init?() {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    let found = folders.map { "\($0)/ansible-inventory" }.first { FileManager.default.isExecutableFile(atPath: $0) }
    guard let found else { return nil }
    path = found
  }

  /// The inventory as Ansible reads it, as JSON, and the lines of its warnings.
  ///
  /// - Throws: ``Failure`` `ansible.failed` with Ansible's own words.
  func list(_ inventory: String) async throws -> (json: String, warnings: [String]) {
    // When only a part can be read, Ansible continues with a warning, and hosts are missing.
    let environment = [
      "ANSIBLE_INVENTORY_UNPARSED_FAILED": "true", "ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED": "true",
      "ANSIBLE_NOCOLOR": "true", "ANSIBLE_FORCE_COLOR": "false", "ANSIBLE_LOCALHOST_WARNING": "false",
    ]
    // With a slash in it, the name can't be mistaken for an option or for a list of hosts.
    let source = URL(filePath: inventory).path
    let here = LocalTransport(host: HostSpec(name: "this machine", isLocal: true))
    let result = try await here.run(
      RemoteCommand([path, "-i", source, "--list"], environment: environment, timeout: .seconds(300)), onOutput: nil)
    let words = result.errorText
    guard result.isSuccess else {
      throw Failure(
        "ansible.failed", "ansible-inventory can't read \(inventory): it ended with exit code \(result.status)",
        cause: String(words.suffix(2000)),
        hint: "fix what it reports; if it needs a password or other options, call it yourself: "
          + "ansible-inventory -i \(inventory) --list … | runbook inventory from-ansible - --manager HOST")
    }
    guard result.stdout.count <= AnsibleInventory.sizeLimit else {
      throw Failure("ansible.failed", "ansible-inventory wrote more than \(AnsibleInventory.sizeLimit >> 20) MiB")
    }
    let lines = words.split(separator: "\n").prefix(50).map { "ansible-inventory: \($0)" }
    return (String(decoding: result.stdout, as: UTF8.self), lines)
  }
}
