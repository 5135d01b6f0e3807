import Crypto
import Remote
import Values

// The scripts of `RemoteFiles` and `FileTransfer`, carried out on a file tree in memory.
extension Machine {
  mutating func carryOut(file script: KnownScript, _ words: [String], input: [UInt8]) -> CommandResult {
    let path = MachinePath.absolute(words.first ?? "", in: nil)
    func fails(_ words: String) -> CommandResult {
      CommandResult(status: 1, stderr: Array("\(path): \(words)\n".utf8))
    }
    func says(_ text: String) -> CommandResult { CommandResult(status: 0, stdout: Array((text + "\n").utf8)) }
    let folder = isFolder(path)
    switch script {
    case .lookForFile: return says(files[path] != nil || folder ? "yes" : "no")
    case .flushFile: return files[path] == nil ? fails("No such file or directory") : CommandResult(status: 0)
    case .removeFile:
      if folder { return fails("Is a directory") }
      return files.removeValue(forKey: path) == nil ? CommandResult(status: 0) : says("removed")
    case .transferLook:
      let file = files[path]
      let isSame =
        file.map {
          "\($0.contents.count)" == words[2] && Self.digest($0.contents) == words[3]
            && String($0.mode, radix: 8) == words[4]
        } ?? false
      return says(isSame && words[1] == "sha256" ? "same" : words[1])
    case .writeFile, .transferReceive:
      if folder { return fails("Is a directory") }
      guard isFolder(MachinePath.folder(of: path)) else { return fails("No such file or directory") }
      let size = script == .writeFile ? words[1] : words[2]
      guard "\(input.count)" == size else {
        return CommandResult(status: 1, stderr: Array("the contents did not arrive whole\n".utf8))
      }
      files[path] = File(contents: input, mode: UInt16(words.last ?? "", radix: 8) ?? 0o600)
      return CommandResult(status: 0)
    default: break
    }
    guard let file = files[path] else { return fails(folder ? "Is a directory" : "No such file or directory") }
    switch script {
    case .readFile: return CommandResult(status: 0, stdout: Array(file.contents.prefix(Int(words[1]) ?? .max)))
    case .transferSend: return CommandResult(status: 0, stdout: file.contents)
    case .transferDigest: return says("sha256 \(file.contents.count) \(Self.digest(file.contents))")
    default: return says("\(Self.digest(file.contents))  -")
    }
  }

  private static func digest(_ bytes: [UInt8]) -> String {
    Hexadecimal.encode(SHA256.hash(data: bytes))
  }
}
