import Presentation
import Values

/// A failure as a report shows it.
enum FailureEntry {
  static func members(of failure: Failure, sources: SourceText) -> [String: Any] {
    var members: [String: Any] = [
      "message": PlainText.line(failure.message), "code": failure.code.description,
    ]
    func put(_ name: String, _ text: String?) {
      guard let text, !text.isEmpty else { return }
      members[name] = PlainText.lines(text).joined(separator: "\n")
    }
    put("host", failure.host)
    put("step", failure.step)
    put("cause", failure.cause)
    put("hint", failure.hint)
    if let location = failure.location {
      put("location", location.description)
      put("line", sources.line(at: location))
    }
    return members
  }
}
