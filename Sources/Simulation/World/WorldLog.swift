import Foundation
import Inventory
import LocalFiles
import Values

/// The file that makes a simulated world outlive its process: how it began, then a line for each change from outside.
///
/// What is in simulated files is in it in clear, as it would be on the hosts: it has mode 0600.
package final class WorldLog: Sendable {
  /// The file's path.
  package let path: String
  private let handle: FileHandle

  private init(path: String, handle: FileHandle) {
    self.path = path
    self.handle = handle
  }

  func append(_ line: String) throws { try handle.write(contentsOf: Data((line + "\n").utf8)) }

  /// Begins a world's log. Must be done before the world is changed.
  ///
  /// - Parameters:
  ///   - text: the inventory's text.
  ///   - worldText: the world file's text and path; `nil` where there is none.
  ///   - seed: the seed in place of the file's.
  static func begin(_ path: String, head: Value) throws -> WorldLog {
    try make(path, Array((try JSON.encode(head, secrets: .refused) + "\n").utf8))
    return try open(path)
  }

  /// Makes the file, its owner's alone from its first moment on.
  static func make(_ path: String, _ contents: [UInt8]) throws {
    do {
      try DurableFile.makeFolder(URL(filePath: path).deletingLastPathComponent().path, mode: 0o700)
      if try DurableFile.create(contents, at: path, mode: 0o600) { return }
      throw Failure("simulation.unwritable", "the simulated world can't be kept in \(path): there is a file already")
    } catch let problem as LocalFileProblem {
      throw Failure(
        "simulation.unwritable", "the simulated world can't be kept in \(path)", cause: problem.description)
    }
  }

  static func open(_ path: String) throws -> WorldLog {
    let handle = try FileHandle(forWritingTo: URL(filePath: path))
    try handle.seekToEnd()
    return WorldLog(path: path, handle: handle)
  }

  /// How the world began, and what changed it since.
  static func read(_ path: String) throws -> (head: Value, entries: [(host: String, time: Double, input: WorldInput)]) {
    let text = String(decoding: try Data(contentsOf: URL(filePath: path)), as: UTF8.self)
    let lines = text.split(separator: "\n")
    guard let first = lines.first, let head = try? JSON.decode(String(first)) else {
      throw Failure("simulation.unreadable", "\(path) is not the log of a simulated world")
    }
    return (head, lines.dropFirst().compactMap { WorldInput.read($0) })
  }
}
