import Foundation
import Values
import YAMLTree

extension AnsibleInventory {
  /// The largest inventory that is read.
  package static let sizeLimit = 16 << 20

  /// Reads a file with this program's own reader: INI or YAML as Ansible distinguishes them, or what
  /// `ansible-inventory --list` has written.
  ///
  /// - Parameter workingFolder: Where Ansible would be called; it reads variables there, too.
  /// - Throws: ``Failure`` `ansible.unreadable`, `ansible.dynamic` for a script, `ansible.encrypted`, `ansible.syntax`,
  ///   `ansible.not_understood` for all that could make Ansible see other hosts, among it variables in other files.
  package static func load(
    path: String, workingFolder: String = FileManager.default.currentDirectoryPath
  ) throws(Failure) -> AnsibleInventory {
    let folder = URL(filePath: path).deletingLastPathComponent().path
    return try parse(text: try text(ofFile: path), file: path, folders: [folder, workingFolder])
  }

  /// The text of a file.
  package static func text(ofFile path: String) throws(Failure) -> String {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw Failure("ansible.unreadable", "there is no file \(path)", hint: "give Ansible's inventory file")
    }
    if isFolder.boolValue {
      throw Failure(
        "ansible.unreadable", "\(path) is a folder, and only Ansible reads all files of one",
        hint: AnsibleFailure.askAnsible(path))
    }
    do {
      let file = try FileHandle(forReadingFrom: URL(filePath: path))
      defer { try? file.close() }
      return try text(of: file, name: path)
    } catch let failure as Failure { throw failure } catch {
      throw Failure("ansible.unreadable", "\(path) can't be read", cause: error.localizedDescription)
    }
  }

  /// The text of a file that is open, to its end.
  package static func text(of file: FileHandle, name: String) throws(Failure) -> String {
    var data = Data()
    do {
      while data.count <= sizeLimit, let part = try file.read(upToCount: 1 << 20), !part.isEmpty { data += part }
    } catch {
      throw Failure("ansible.unreadable", "\(name) can't be read", cause: error.localizedDescription)
    }
    guard data.count <= sizeLimit else {
      throw Failure("ansible.unreadable", "\(name) is larger than \(sizeLimit >> 20) MiB, so it is not an inventory")
    }
    guard let text = String(validating: data, as: UTF8.self) else {
      throw Failure("ansible.unreadable", "\(name) is not UTF-8 text", hint: "save the file as UTF-8")
    }
    return text
  }

  /// Whether a text is what `ansible-inventory --list` writes.
  package static func isList(_ text: String) -> Bool {
    text.first { !$0.isWhitespace } == "{" && (try? JSON.decode(text)).map(AnsibleList.isList) == true
  }

  /// Reads the text of a file of that name.
  ///
  /// - Parameter folders: Where Ansible would look for variables in files. What it has written itself holds them.
  package static func parse(text: String, file: String, folders: [String] = []) throws(Failure) -> AnsibleInventory {
    if text.hasPrefix("#!") {
      throw Failure(
        "ansible.dynamic", "\(file) is a script that makes an inventory; it is not executed",
        hint: AnsibleFailure.askAnsible(file))
    }
    if text.drop(while: \.isWhitespace).hasPrefix(AnsibleFailure.vaultMark) {
      throw Failure(
        "ansible.encrypted", "\(file) is encrypted by ansible-vault",
        hint: "decrypt it first (ansible-vault decrypt), or let Ansible read it with the vault's password: "
          + "ansible-inventory -i INVENTORY --list --ask-vault-pass | runbook inventory from-ansible - --manager HOST")
    }
    var draft = AnsibleDraft(file: file)
    if text.first(where: { !$0.isWhitespace }) == "{", let document = try? JSON.decode(text),
      AnsibleList.isList(document)
    {
      // JSON readers differ in which of two equal keys they take: Ansible's takes the last, Foundation's the first. As
      // YAML the text is read only to find such keys, and lines; where it can't be read so, that is not a fault of the
      // list.
      var tree: YAMLNode?
      do { tree = try YAMLDocument.parse(text: text, file: file, area: "ansible", rules: AnsibleYAML.rules) } catch
        where error.code == "ansible.duplicate_key"
      { throw error } catch {}
      AnsibleList.read(document, tree, into: &draft)
      return try draft.inventory(isList: true)
    }
    for name in folders.flatMap({ folder in ["group_vars", "host_vars"].map { "\(folder)/\($0)" } })
    where hasFiles(name) {
      throw Failure(
        .ansibleNotUnderstood, "\(name)/ holds variables, which Ansible reads but runbook's own reader does not",
        hint: AnsibleFailure.askAnsible(file))
    }
    switch form(text, file: file) {
    case .ini: AnsibleINI.read(text, into: &draft)
    case .toml:
      throw Failure(
        .ansibleNotUnderstood, "\(file) is TOML, which runbook's own reader does not read",
        hint: AnsibleFailure.askAnsible(file))
    case .yaml:
      var text = text
      if text.unicodeScalars.first == "\u{FEFF}" { text.unicodeScalars.removeFirst() }
      let root = try YAMLDocument.parse(text: text, file: file, area: "ansible", rules: AnsibleYAML.rules)
      if let root, !root.isNull { try AnsibleYAML.read(root, into: &draft) }
    }
    return try draft.inventory()
  }

  private enum Form { case ini, yaml, toml }

  /// As Ansible does: by the file's name, and without an ending by trying YAML first. What comes from a pipe has no
  /// ending.
  private static func form(_ text: String, file: String) -> Form {
    let name = file.split(separator: "/").last.map(String.init) ?? file
    let ending = name.lastIndex(of: ".").flatMap { $0 == name.startIndex ? nil : String(name[$0...]) } ?? ""
    if [".yml", ".yaml", ".json"].contains(ending) { return .yaml }
    if ending == ".toml" { return .toml }
    if !ending.isEmpty { return .ini }
    let root = try? YAMLDocument.parse(text: text, file: file, area: "ansible", rules: AnsibleYAML.rules)
    return root?.members == nil && !text.hasPrefix("---") ? .ini : .yaml
  }

  private static func hasFiles(_ folder: String) -> Bool {
    (try? FileManager.default.contentsOfDirectory(atPath: folder))?.contains { !$0.hasPrefix(".") } ?? false
  }
}
