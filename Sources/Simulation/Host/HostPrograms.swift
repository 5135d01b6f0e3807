import Remote

/// The few programs that runbooks call of every host, on a file tree in memory.
enum HostPrograms {
  /// `nil` for a program that is not among them.
  static func run(_ command: RemoteCommand, on machine: inout Machine) -> CommandResult? {
    let words = command.argv
    let options = words.dropFirst().filter { $0.hasPrefix("-") }
    let paths = words.dropFirst().filter { !$0.hasPrefix("-") }.map { MachinePath.absolute($0, in: command.directory) }
    let done = CommandResult(status: 0)
    switch words.first {
    case "true": return done
    case "false": return CommandResult(status: 1)
    case "echo": return HostShell.says(words.dropFirst().joined(separator: " "))
    case "cat":
      for path in paths where machine.files[path] == nil {
        return HostShell.fails(1, "cat: \(path): No such file or directory")
      }
      return CommandResult(status: 0, stdout: paths.flatMap { machine.files[$0]?.contents ?? [] })
    case "mkdir":
      // What follows -m is a mode.
      let mode = words.firstIndex(of: "-m").map { MachinePath.absolute(words[$0 + 1], in: command.directory) }
      machine.folders.formUnion(paths.filter { $0 != mode })
      return done
    case "rmdir":
      for path in paths {
        guard machine.isFolder(path) else { return HostShell.fails(1, "rmdir: \(path): No such file or directory") }
        guard machine.paths(below: path).isEmpty else {
          return HostShell.fails(1, "rmdir: \(path): Directory not empty")
        }
        machine.folders.remove(path)
      }
      return done
    case "touch":
      for path in paths where machine.files[path] == nil { machine.files[path] = .init(contents: []) }
      return done
    case "tee":
      for path in paths {
        let before = options.contains("-a") ? machine.files[path] : nil
        machine.files[path, default: .init(contents: [])].contents = (before?.contents ?? []) + command.stdin
      }
      return CommandResult(status: 0, stdout: command.stdin)
    case "test":
      guard words.count == 3, ["-e", "-f", "-d"].contains(words[1]) else { return nil }
      let isThere =
        words[1] != "-d" && machine.files[paths[0]] != nil || words[1] != "-f" && machine.isFolder(paths[0])
      return CommandResult(status: isThere ? 0 : 1)
    case "rm":
      for path in paths {
        if options.contains(where: { $0.contains("r") }) { machine.remove(path) } else { machine.files[path] = nil }
      }
      return done
    case "mv":
      guard paths.count == 2 else { return nil }
      guard machine.files[paths[0]] != nil || machine.isFolder(paths[0]) else {
        return HostShell.fails(1, "mv: cannot stat '\(paths[0])': No such file or directory")
      }
      machine.move(paths[0], to: paths[1])
      return done
    case "install":
      guard words.count == 5, words[1] == "-m" else { return nil }
      machine.files[MachinePath.absolute(words[4], in: command.directory)] = .init(
        contents: machine.files[words[3]]?.contents ?? [], mode: UInt16(words[2], radix: 8) ?? 0o755)
      return done
    case "tar": return tar(Array(words.dropFirst()), command.directory, &machine)
    default: return nil
    }
  }

  /// `tar -C FOLDER -czf ARCHIVE NAME…` and `tar -C FOLDER -xzf ARCHIVE`.
  private static func tar(_ words: [String], _ directory: String?, _ machine: inout Machine) -> CommandResult? {
    guard words.count >= 4, words[0] == "-C" else { return nil }
    let folder = MachinePath.absolute(words[1], in: directory)
    let archive = MachinePath.absolute(words[3], in: directory)
    guard machine.isFolder(folder) else {
      return HostShell.fails(2, "tar: \(folder): Cannot open: No such file or directory")
    }
    switch words[2] {
    case "-czf":
      var entries: [TarArchive.Entry] = []
      for name in words.dropFirst(4) {
        let found = machine.paths(below: "\(folder)/\(name)").sorted()
        guard !found.isEmpty else { return HostShell.fails(2, "tar: \(name): Cannot stat: No such file or directory") }
        entries.append(.init(name: name, mode: 0o700, contents: nil))
        for path in found {
          let file = machine.files[path]
          entries.append(
            .init(
              name: String(path.dropFirst(folder.count + 1)), mode: file?.mode ?? 0o700, contents: file?.contents))
        }
      }
      let mode = machine.files[archive]?.mode ?? 0o644
      machine.files[archive] = .init(contents: StoredGzip.pack(TarArchive(entries).bytes), mode: mode)
    case "-xzf":
      guard let packed = machine.files[archive]?.contents else {
        return HostShell.fails(2, "tar: \(archive): Cannot open: No such file or directory")
      }
      guard let bytes = StoredGzip.unpack(packed) else {
        return HostShell.fails(
          2, "tar: \(archive): a simulated host unpacks only what a simulated host has packed")
      }
      for entry in TarArchive(bytes: bytes).entries {
        let path = "\(folder)/\(entry.name)"
        if let contents = entry.contents {
          machine.files[path] = .init(contents: contents, mode: entry.mode)
        } else {
          machine.folders.insert(path)
        }
      }
    default: return nil
    }
    return CommandResult(status: 0)
  }
}

extension Machine {
  /// The files and empty folders in a folder, at any depth.
  func paths(below folder: String) -> [String] {
    (Array(files.keys) + Array(folders)).filter { $0.hasPrefix(folder + "/") }
  }

  /// Removes a file, or a folder with all that is in it.
  mutating func remove(_ path: String) {
    files = files.filter { $0.key != path && !$0.key.hasPrefix(path + "/") }
    folders = folders.filter { $0 != path && !$0.hasPrefix(path + "/") }
  }

  /// Gives a file or folder another path; into a folder that is there already, as `mv` does.
  mutating func move(_ path: String, to target: String) {
    let name = path.split(separator: "/").last.map(String.init) ?? ""
    let new = isFolder(target) ? "\(target)/\(name)" : target
    func moved(_ old: String) -> String {
      old == path || old.hasPrefix(path + "/") ? new + old.dropFirst(path.count) : old
    }
    files = Dictionary(files.map { (moved($0.key), $0.value) }) { _, new in new }
    folders = Set(folders.map(moved))
  }
}
