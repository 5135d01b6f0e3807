import Engine
import Remote
import Values

extension Fleet {
  /// The documented command for a host, with `sudo` where the inventory says so. One of `docker` names the engine where
  /// the inventory has another than the usual one.
  ///
  /// - Parameters:
  ///   - words: the program and its arguments.
  ///   - directory: the folder in which a person would type it.
  ///   - needsSudo: whether it needs root; by default as the inventory says for docker.
  func typed(
    _ words: [String], on host: String, in directory: String? = nil, sudo needsSudo: Bool? = nil
  ) -> ProcedureCommand {
    let known = try? self.host(host)
    let engine = words.first == "docker" ? known.map { DockerCommand(on: $0).shownEngine } ?? [] : []
    return written(
      words.prefix(1) + engine + words.dropFirst(), on: host, in: directory, sudo: needsSudo ?? (known?.sudo == true))
  }

  /// A command for a host as the runbook's author wrote it.
  func written(
    _ words: [String], on host: String, in directory: String?, sudo needsSudo: Bool
  ) -> ProcedureCommand {
    let sudo = needsSudo ? ["sudo"] : []
    let change = directory.map { "cd \(ShellQuoting.quote([$0])) && " } ?? ""
    return ProcedureCommand(on: host, change + Self.line(sudo + words))
  }

  /// Placeholders (`‹secret›`, `<node-id>`) are for a person's eyes and stay as they are.
  private static func line(_ words: [String]) -> String {
    words.enumerated().map { index, word in
      let isPlaceholder = (word.hasPrefix("‹") && word.hasSuffix("›")) || (word.hasPrefix("<") && word.hasSuffix(">"))
      // An equals sign is special in the first word only.
      let rest = word.replacing("=", with: "")
      let isPlain = index > 0 && !rest.isEmpty && ShellQuoting.quote([rest]) == rest
      return isPlaceholder || isPlain ? word : ShellQuoting.quote([word])
    }.joined(separator: " ")
  }
}
