import Engine
import Remote
import Values

extension World {
  /// The documented command for a host, with `sudo` where the inventory says so.
  ///
  /// - Parameters:
  ///   - words: the program and its arguments.
  ///   - directory: the folder in which a person would type it.
  ///   - needsSudo: whether it needs root; as the inventory says for docker where it is left out.
  func typed(
    _ words: [String], on host: String, in directory: String? = nil, sudo needsSudo: Bool? = nil
  ) -> ProcedureCommand {
    let sudo = needsSudo ?? ((try? self.host(host).sudo) == true) ? ["sudo"] : []
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
