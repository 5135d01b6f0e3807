import Foundation
import Values

/// Where a secret parameter comes from: `@FILE` or `env:NAME`. What is typed after `--param` is in the process's
/// arguments, so the secret itself is never given there.
enum SecretSource: Hashable {
  case file(String)
  case environment(String)

  init?(_ text: String) {
    if text.hasPrefix("@"), text.count > 1 {
      self = .file(String(text.dropFirst()))
    } else if text.hasPrefix("env:"), text.count > 4 {
      self = .environment(String(text.dropFirst(4)))
    } else {
      return nil
    }
  }

  /// Reads it, without the line break at its end.
  func read(parameter: String) throws -> Secret {
    let text: String?
    let location: String
    switch self {
    case .file(let path):
      text = FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
      location = "the file \(path)"
    case .environment(let name):
      text = ProcessInfo.processInfo.environment[name]
      location = "the variable \(name)"
    }
    guard let text, case let trimmed = text.trimmingCharacters(in: .newlines), !trimmed.isEmpty else {
      throw Failure(
        .parameter, "the parameter \(parameter) can't be read from \(location): it is not there, or empty",
        hint: "give --param \(parameter)=@FILE or --param \(parameter)=env:NAME")
    }
    return Secret(trimmed)
  }
}
