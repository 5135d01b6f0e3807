import Foundation

/// `write-resolved-versions Package.resolved FILE.swift` writes the versions as Swift, for the program to tell.
@main
struct WriteResolvedVersions {
  private struct Resolved: Decodable {
    struct Pin: Decodable {
      struct State: Decodable {
        var revision: String
        var version: String?
        var branch: String?
      }
      var identity: String
      var location: String
      var state: State
    }
    var pins: [Pin]
  }

  static func main() throws {
    let arguments = CommandLine.arguments
    guard arguments.count == 3 else { throw CocoaError(.fileReadInvalidFileName) }
    let resolved = try JSONDecoder().decode(Resolved.self, from: Data(contentsOf: URL(filePath: arguments[1])))
    let rows = resolved.pins.sorted { $0.identity < $1.identity }.map { pin in
      let texts = [pin.identity, pin.state.version ?? pin.state.branch ?? "", pin.state.revision, pin.location]
      return "    ResolvedPackage("
        + zip(["name", "version", "revision", "location"], texts)
        .map { "\($0): \($1.debugDescription)" }.joined(separator: ", ") + "),"
    }
    let text = """
      extension ResolvedPackage {
        static let all: [ResolvedPackage] = [
      \(rows.joined(separator: "\n"))
        ]
      }

      """
    try Data(text.utf8).write(to: URL(filePath: arguments[2]))
  }
}
