import Journal
import Values

/// The texts of the files that a ``SourceLocation`` may point into.
package struct SourceText: Sendable {
  private var texts: [String: [Substring]] = [:]

  /// Knows no file.
  package init() {}

  /// Knows the files that a run kept.
  package init(files: [RunFile]) {
    for file in files {
      add(file.text, as: file.name)
      guard file.role == .module else { continue }
      // Errors name the file, the run keeps it by the module's name.
      let path = file.name.replacing(".", with: "/")
      add(file.text, as: "\(path).lua")
      add(file.text, as: "\(path)/init.lua")
    }
  }

  /// Knows one more file.
  package mutating func add(_ text: String, as name: String) {
    texts[name] = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
  }

  /// The line at a place without its indentation; `nil` when the file is not known, or ambiguous, or has no such line.
  package func line(at location: SourceLocation) -> String? {
    guard let lines = lines(of: location.file), lines.indices.contains(location.line - 1) else { return nil }
    let line = lines[location.line - 1].drop(while: \.isWhitespace)
    return line.isEmpty ? nil : String(line)
  }

  /// The lines around a place with their numbers: as many as `reach` before and after it, without empty ones at the
  /// edges; empty when the file is not known or has no such line.
  func excerpt(around location: SourceLocation, reach: Int) -> [(number: Int, text: String)] {
    guard let lines = lines(of: location.file), lines.indices.contains(location.line - 1) else { return [] }
    let range = max(1, location.line - reach)...min(lines.count, location.line + reach)
    var excerpt = range.map { (number: $0, text: String(lines[$0 - 1])) }
    while let last = excerpt.last, last.number != location.line, last.text.allSatisfy(\.isWhitespace) {
      excerpt.removeLast()
    }
    while let first = excerpt.first, first.number != location.line, first.text.allSatisfy(\.isWhitespace) {
      excerpt.removeFirst()
    }
    return excerpt
  }

  /// A file may be named in short (`distribute.lua`) in one place and by its path in another.
  private func lines(of file: String) -> [Substring]? {
    if let exact = texts[file] { return exact }
    let alike = texts.filter { $0.key.hasSuffix("/" + file) || file.hasSuffix("/" + $0.key) }
    return alike.count == 1 ? alike.first?.value : nil
  }
}
