/// What went wrong, for people: what happened, where, why, and what to do next.
///
/// Every target throws this one type. The texts never hold a secret.
package struct Failure: Error, Sendable, Hashable {
  /// What kind of failure this is, stable across releases, for example `ssh.host_key_changed`.
  package var code: FailureCode
  /// What happened, as one sentence for an operator, without the place.
  package var message: String
  /// The inventory name of the host it happened on.
  package var host: String?
  /// The step path it happened in.
  package var step: String?
  /// The line of the runbook or inventory that it comes from.
  package var location: SourceLocation?
  /// The remote side's own words, or a lower error's.
  package var cause: String?
  /// What to do next.
  package var hint: String?
  /// Whether trying again without a change may help.
  package var isRetryable: Bool
  /// Whether it is unknown if the remote side carried out what was asked: the connection was lost in the middle.
  package var leavesDoubt: Bool
  /// The Lua traceback, when it passed through a runbook.
  package var traceback: String?
  /// Further failures that belong to this one: the other branches' of a `parallel`, the findings of a check.
  package var related: [Failure]

  package init(
    _ code: FailureCode, _ message: String, host: String? = nil, step: String? = nil, location: SourceLocation? = nil,
    cause: String? = nil, hint: String? = nil, isRetryable: Bool = false, leavesDoubt: Bool = false,
    traceback: String? = nil, related: [Failure] = []
  ) {
    self.code = code
    self.message = message
    self.host = host
    self.step = step
    self.location = location
    self.cause = cause
    self.hint = hint
    self.isRetryable = isRetryable
    self.leavesDoubt = leavesDoubt
    self.traceback = traceback
    self.related = related
  }
}

extension Failure: CustomStringConvertible {
  /// One line: place, host, message and cause.
  package var description: String {
    var text = location.map { "\($0): " } ?? ""
    if let host { text += "\(host): " }
    text += message
    if let cause, !cause.isEmpty { text += " (\(cause))" }
    return text
  }
}

/// The kind of a ``Failure``, as a stable string. Each target adds its own in an extension.
package struct FailureCode: RawRepresentable, Sendable, Hashable, Codable, ExpressibleByStringLiteral,
  CustomStringConvertible
{
  /// `area.what`, in lower case with underscores.
  package let rawValue: String

  /// The code of that text.
  package init(rawValue: String) { self.rawValue = rawValue }
  /// The code of that text.
  package init(stringLiteral value: String) { rawValue = value }
  /// The text itself.
  package var description: String { rawValue }

  /// Reads the text.
  package init(from decoder: any Decoder) throws {
    rawValue = try decoder.singleValueContainer().decode(String.self)
  }

  /// Writes the text.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(rawValue)
  }
}

extension Failure {
  /// The failure as data, as events and reports carry it: an object with `code`, `message` and everything else that is
  /// known.
  package var value: Value {
    var members: [String: Value] = ["code": .string(code.rawValue), "message": .string(message)]
    if let host { members["host"] = .string(host) }
    if let step { members["step"] = .string(step) }
    if let location { members["location"] = location.value }
    if let cause { members["cause"] = .string(cause) }
    if let hint { members["hint"] = .string(hint) }
    if isRetryable { members["retryable"] = .bool(true) }
    if leavesDoubt { members["leaves_doubt"] = .bool(true) }
    if let traceback { members["traceback"] = .string(traceback) }
    if !related.isEmpty { members["related"] = .array(related.map(\.value)) }
    return .object(members)
  }

  /// Reads what ``value`` wrote. Missing members stay empty; a text alone becomes the message.
  package init(value: Value) {
    self.init(
      FailureCode(rawValue: value["code"]?.stringValue ?? "unknown"),
      value["message"]?.stringValue ?? value.stringValue ?? "unknown failure",
      host: value["host"]?.stringValue,
      step: value["step"]?.stringValue,
      location: value["location"].flatMap(SourceLocation.init(value:)),
      cause: value["cause"]?.stringValue,
      hint: value["hint"]?.stringValue,
      isRetryable: value["retryable"]?.boolValue ?? false,
      leavesDoubt: value["leaves_doubt"]?.boolValue ?? false,
      traceback: value["traceback"]?.stringValue,
      related: (value["related"]?.arrayValue ?? []).map(Failure.init(value:)))
  }
}

extension SourceLocation {
  /// The place as data: `file:line`.
  package var value: Value { .string(description) }

  /// Reads `file:line`; `nil` for any other text.
  package init?(value: Value) {
    guard let text = value.stringValue, let colon = text.lastIndex(of: ":"),
      let line = Int(text[text.index(after: colon)...]), (1...Int(Int32.max)).contains(line)
    else { return nil }
    self.init(file: String(text[..<colon]), line: line)
  }
}
