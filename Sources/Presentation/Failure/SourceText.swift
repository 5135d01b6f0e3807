import Journal
import Values

/// The texts of the files that a ``SourcePlace`` may point into.
public struct SourceText: Sendable {
  private var texts: [String: [Substring]] = [:]

  /// Knows no file.
  public init() {}

  /// Knows the files that a run kept.
  public init(files: [RunFile]) {
    for file in files { add(file.text, as: file.name) }
  }

  /// Knows one more file.
  public mutating func add(_ text: String, as name: String) {
    texts[name] = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
  }

  /// The line at a place without its indentation; `nil` when the file is not known, or ambiguous, or has no such line.
  public func line(at place: SourcePlace) -> String? {
    guard let lines = lines(of: place.file), lines.indices.contains(place.line - 1) else { return nil }
    let line = lines[place.line - 1].drop(while: \.isWhitespace)
    return line.isEmpty ? nil : String(line)
  }

  /// A file may be named in short (`distribute.lua`) in one place and by its path in another.
  private func lines(of file: String) -> [Substring]? {
    if let exact = texts[file] { return exact }
    let alike = texts.filter { $0.key.hasSuffix("/" + file) || file.hasSuffix("/" + $0.key) }
    return alike.count == 1 ? alike.first?.value : nil
  }
}
