import Foundation
import Presentation
import Values

extension SourceText {
  /// The Lua files on the disk that a failure points into. For one that ended a command before a run could keep its
  /// files.
  init(scriptsOf failure: Failure) {
    self.init()
    for file in Set(failure.scriptLocations.map(\.file)) where file.hasSuffix(".lua") {
      guard let data = FileManager.default.contents(atPath: file), let text = String(validating: data, as: UTF8.self)
      else { continue }
      add(text, as: file)
    }
  }
}
