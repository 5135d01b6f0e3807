import ArgumentParser
import Foundation
import Inventory

extension Completion {
  /// The value of a parameter: the hosts of the inventory that the command line names. Not in a bash that breaks words
  /// at `=`, as it does when nothing else is set: the generated script then takes the value for an argument.
  static let parameter = guarded { words, beginning in
    guard let sign = beginning.firstIndex(of: "=") else { return [] }
    return hosts(words).map { beginning[...sign] + $0 }
  }

  /// The hosts of the inventory that the command line names, or of the one in this folder.
  static let host = guarded { words, _ in hosts(words) }

  /// Hosts that ssh knows by name, and those of the inventory in this folder.
  static let sshHost = guarded { words, _ in
    let home = ProcessInfo.processInfo.environment["HOME"] ?? NSHomeDirectory()
    let text = (try? String(contentsOf: URL(filePath: home + "/.ssh/config"), encoding: .utf8)) ?? ""
    let named = text.split(separator: "\n").flatMap { line -> [String] in
      let words = line.split(whereSeparator: { $0.isWhitespace || $0 == "=" }).map(String.init)
      guard words.first?.lowercased() == "host" else { return [] }
      return words.dropFirst().filter { !$0.contains { "*?!".contains($0) } }
    }
    let listed = hosts(words)
    return listed + named.filter { !listed.contains($0) }
  }

  private static func hosts(_ words: [String]) -> [String] {
    let option = words.lastIndex { $0 == "-i" || $0 == "--inventory" }
    let path = option.flatMap { words.indices.contains($0 + 1) ? words[$0 + 1] : nil } ?? "inventory.yaml"
    return (try? Inventory.load(path: path))?.hosts.map(\.name) ?? []
  }
}
