import DockerEngine
import Foundation
import Values

/// One end of a socket pair whose other end is the standard input and output of a command.
enum DialledStream {
  static func open(_ words: [String]) throws -> FileDescriptorConnector.Stream {
    let (ours, other) = socketPair()
    let said = Pipe()
    let child = try Spawned(words, input: other, output: other, error: said.fileHandleForWriting.fileDescriptor)
    close(other)
    try said.fileHandleForWriting.close()
    return FileDescriptorConnector.Stream(descriptor: ours) {
      await withCheckedContinuation { continuation in
        Thread {
          let words = String(decoding: said.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
          _ = child.wait()
          let cause = words.trimmingCharacters(in: .whitespacesAndNewlines)
          continuation.resume(
            returning: cause.isEmpty ? nil : Failure("test.dial", "the command ended", cause: cause))
        }.start()
      }
    }
  }
}
