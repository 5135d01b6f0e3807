import LuaSyntax

/// A file that was read, with its facts.
final class CheckedFile {
  let name: String
  let source: LuaSource
  let chunk: Chunk
  let facts: FileFacts

  init(name: String, source: LuaSource, chunk: Chunk) {
    (self.name, self.source, self.chunk) = (name, source, chunk)
    facts = FactCollector(chunk).facts
  }

  func line(_ range: SourceRange) -> Int { source.line(of: range.start) }
}
