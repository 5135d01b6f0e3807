import ArgumentParser
import Foundation
import Inventory
import Presentation
import Remote
import Values

/// `runbook inventory from-ansible`
struct FromAnsibleCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "from-ansible", abstract: "Generate an inventory from an Ansible one.",
    discussion: """
      It is best to let Ansible read its inventory: `ansible-inventory -i FILE --list | runbook inventory from-ansible \
      - --manager HOST`. Any other file is read by `ansible-inventory` where it is installed; it runs inventory \
      scripts and plugins. Where it is not installed, this program's own reader accepts plain INI and YAML, and \
      refuses what Ansible may read differently.

      Hosts, addresses, users, ports, keys and become are taken over. A group named as a service (policy, da-policy) gives \
      its hosts that service. Managers are named with --manager; they are not guessed. What can't be taken over is \
      listed in the file as a comment, without its value.
      """)

  @Argument(
    help: "Ansible's inventory, or what `ansible-inventory --list` wrote; - is standard input.", completion: .file())
  var file: String

  @Option(help: "A manager of the swarm, by its name in Ansible's inventory. Can be repeated.")
  var manager: [String] = []

  @Flag(help: "Read the file with this program's own reader, even if Ansible is installed.")
  var ownReader = false

  @Option(name: [.short, .long], help: "Write this file (default: standard output).", completion: Completion.inventory)
  var output: String?

  @OptionGroup var options: GlobalOptions

  func run() async throws {
    try await CommandFailure.reported(options) {
      let (inventory, name) = try await read()
      let settings = AnsibleSettings(
        environment: ProcessInfo.processInfo.environment, workingFolder: FileManager.default.currentDirectoryPath)
      let draft = try AnsibleConversion(inventory, file: name, remarks: settings.remarks).draft(managers: manager)
      try DraftOutput(options: options, path: output).write(draft)
      return .success
    }
  }

  private func read() async throws -> (AnsibleInventory, name: String) {
    if file == "-" {
      let text = try AnsibleInventory.text(of: .standardInput, name: "standard input")
      if let first = text.split(whereSeparator: \.isNewline).first(where: { !$0.allSatisfy(\.isWhitespace) }),
        !first.hasPrefix("{"), text.contains("\n{"),
        ["[WARNING]", "[DEPRECATION", "ERROR"].contains(where: first.hasPrefix)
      {
        throw Failure(
          "inventory.invalid", "standard input begins with a message of Ansible, so it is not JSON alone",
          cause: String(first.prefix(200)), hint: "leave out `2>&1`, which puts messages before the JSON")
      }
      let folders = [FileManager.default.currentDirectoryPath]
      return (try AnsibleInventory.parse(text: text, file: "standard input", folders: folders), "standard input")
    }
    guard let ansible = ownReader ? nil : AnsibleProgram() else {
      return (try AnsibleInventory.load(path: file), file)
    }
    var isFolder: ObjCBool = false
    _ = FileManager.default.fileExists(atPath: file, isDirectory: &isFolder)
    if !isFolder.boolValue {
      // Ansible can't read its own output as an inventory.
      let text = try AnsibleInventory.text(ofFile: file)
      if AnsibleInventory.isList(text) { return (try AnsibleInventory.parse(text: text, file: file), file) }
    }
    let (list, warnings) = try await ansible.list(file)
    if !options.json {
      FileHandle.standardError.write(Data(warnings.map { PlainText.line($0) + "\n" }.joined().utf8))
    }
    return (try AnsibleInventory.parse(text: list, file: file), file)
  }
}

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
