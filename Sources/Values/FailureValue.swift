extension Failure {
  /// The failure as data, as events and reports carry it: an object with `code`, `message` and everything else that is
  /// known.
  public var value: Value {
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
  public init(value: Value) {
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
  public var value: Value { .string(description) }

  /// Reads `file:line`; `nil` for any other text.
  public init?(value: Value) {
    guard let text = value.stringValue, let colon = text.lastIndex(of: ":"),
      let line = Int(text[text.index(after: colon)...]), (1...Int(Int32.max)).contains(line)
    else { return nil }
    self.init(file: String(text[..<colon]), line: line)
  }
}
