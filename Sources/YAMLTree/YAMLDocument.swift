import Values
import Yams

/// Reading of YAML text into a ``YAMLNode``.
public enum YAMLDocument {
  /// Reads the one document of a text.
  ///
  /// - Parameters:
  ///   - text: The YAML text.
  ///   - file: The file's name as the person would write it; it is in each place.
  ///   - area: The first part of the failure codes, for example `inventory`.
  /// - Returns: The document; `nil` when there is nothing in the text but comments.
  /// - Throws: ``Failure`` `AREA.syntax` with the line and its text; `AREA.duplicate_key`; `AREA.too_large` when aliases
  ///   make more than ``nodeLimit`` pieces or the nesting is deeper than ``depthLimit``.
  public static func parse(text: String, file: String, area: String) throws(Failure) -> YAMLNode? {
    let problems = SyntaxProblems(text: text, file: file, area: area)
    let root: Node?
    do {
      // Without rules: what a plain scalar stands for is decided in YAMLNode, and regular expressions per scalar are slow.
      root = try Yams.compose(yaml: text, .basic)
    } catch let error as YamlError {
      throw problems.failure(for: error)
    } catch {
      throw Failure(problems.code("syntax"), "\(file) can't be read as YAML.", cause: String(describing: error))
    }
    guard let root else { return nil }
    var conversion = NodeConversion(file: file, area: area, nodeLimit: nodeLimit, depthLimit: depthLimit)
    return try conversion.convert(root, depth: 0)
  }

  /// How many pieces a document may have once its aliases are resolved.
  public static let nodeLimit = 200_000
  /// How deep lists and mappings may be nested.
  public static let depthLimit = 100
}
