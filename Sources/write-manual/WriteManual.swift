import Foundation
import Manual

/// `write-manual FOLDER VERSION`: writes the man pages of the program whose `--experimental-dump-help` comes in on
/// standard input. Used by `make install`.
@main
enum WriteManual {
  static func main() {
    guard CommandLine.arguments.count == 3 else {
      end("usage: PROGRAM --experimental-dump-help | write-manual FOLDER VERSION", 2)
    }
    let folder = URL(filePath: CommandLine.arguments[1], directoryHint: .isDirectory)
    do {
      let help = try CommandHelp(dump: FileHandle.standardInput.readToEnd() ?? Data())
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      for page in ManualPage.all(of: help, version: CommandLine.arguments[2]) {
        try Data(page.text.utf8).write(to: folder.appending(path: page.file))
      }
    } catch { end("write-manual: \(error)", 1) }
  }

  private static func end(_ message: String, _ code: Int32) -> Never {
    FileHandle.standardError.write(Data((message + "\n").utf8))
    exit(code)
  }
}
