import Foundation

/// The version of the program.
enum Version {
  static let text = "0.5.0"

  /// Whether these words ask for ``whole``.
  static func isWholeWanted(_ words: [String]) -> Bool { Set(words) == ["--version", "--verbose"] && words.count == 2 }

  /// With the resolved version of each package that is linked, one a line: name, version, revision, source.
  static var whole: String {
    let columns = ResolvedPackage.all.map { [$0.name, $0.version, $0.revision, $0.location] }
    let widths = (0..<3).map { column in columns.map(\.[column].count).max() ?? 0 }
    let lines = columns.map { row in
      zip(row, widths + [0]).map { $0.padding(toLength: max($0.count, $1), withPad: " ", startingAt: 0) }
        .joined(separator: "  ")
    }
    return (["runbook \(text)"] + lines).joined(separator: "\n")
  }
}

/// A Swift package that the program was built from. The list is written when it is built.
struct ResolvedPackage {
  var name: String
  var version: String
  var revision: String
  var location: String
}
