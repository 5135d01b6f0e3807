import Values

/// Replaces variables in the text of a compose file, as the Docker CLI does (docker/cli, `cli/compose/template`).
///
/// `$$` is a dollar sign. `$NAME` and `${NAME}` give the variable or nothing; `:-` gives a default when it is unset or
/// empty, `-` when it is unset; `:?` and `?` refuse instead. As in the CLI, a modifier belongs to the form without
/// braces too: `$TAG-x` is `TAG` with the default `x`.
struct Interpolation {
  let environment: [String: String]
  /// The variables that were asked for without a default and are not set.
  private(set) var unset: [String] = []
  /// A `$` that begins no variable and is dropped, because a variable follows it: so the CLI does it, without a word.
  private(set) var dropped: Failure?

  init(environment: [String: String]) { self.environment = environment }

  mutating func replace(in template: String, at location: SourceLocation) throws(Failure) -> String {
    var result = ""
    var rest = Substring(template)
    // In the CLI a mistake counts only where no variable comes after it.
    var mistake: Failure?
    while let dollar = rest.firstIndex(of: "$") {
      result += rest[..<dollar]
      rest = rest[rest.index(after: dollar)...]
      if rest.first == "$" {
        result += "$"
        rest = rest.dropFirst()
        continue
      }
      let isBraced = rest.first == "{"
      let body = isBraced ? rest.dropFirst() : rest
      let substitution = self.substitution(at: body)
      let end = body.dropFirst(substitution.count)
      guard !substitution.isEmpty, !isBraced || end.first == "}" else {
        mistake = Failure(
          "compose.bad_variable", "a '$' in '\(template)' does not begin a variable", location: location,
          cause: "Invalid template: \"\(template)\"", hint: "write '$$' for a dollar sign")
        continue
      }
      do {
        result += try value(of: substitution, at: location)
        if var earlier = mistake, earlier.cause != nil {
          earlier.message += "; Docker drops it, because a variable follows"
          dropped = earlier
        }
        mistake = nil
      } catch { mistake = error }
      rest = isBraced ? end.dropFirst() : end
    }
    if let mistake { throw mistake }
    return result + rest
  }

  /// A name with its modifier, up to a closing brace.
  private func substitution(at text: Substring) -> Substring {
    let name = text.prefix { $0 == "_" || ($0.isASCII && ($0.isLetter || $0.isNumber)) }
    guard let first = name.first, !first.isNumber else { return "" }
    let rest = text.dropFirst(name.count)
    let mark = rest.first == ":" ? rest.dropFirst().first : rest.first
    guard mark == "-" || mark == "?" else { return name }
    return text.prefix { $0 != "}" }
  }

  private mutating func value(of substitution: Substring, at location: SourceLocation) throws(Failure) -> String {
    // The CLI looks for the modifiers anywhere in the text, in this order.
    if let (name, fallback) = split(substitution, at: ":-") {
      let value = environment[name] ?? ""
      return value.isEmpty ? fallback : value
    }
    if let (name, fallback) = split(substitution, at: "-") { return environment[name] ?? fallback }
    if let (name, reason) = split(substitution, at: ":?") {
      if let value = environment[name], !value.isEmpty { return value }
      throw required(name, reason, location)
    }
    if let (name, reason) = split(substitution, at: "?") {
      if let value = environment[name] { return value }
      throw required(name, reason, location)
    }
    let name = String(substitution)
    if let value = environment[name] { return value }
    unset.append(name)
    return ""
  }

  private func required(_ name: String, _ reason: String, _ location: SourceLocation) -> Failure {
    Failure(
      "compose.bad_variable", "the variable '\(name)' must be set", location: location,
      cause: "required variable \(name) is missing a value: \(reason)",
      hint:
        "set it in 'environment' of the inventory's stack, or with the option environment; your shell's variables are "
        + "not used")
  }

  private func split(_ text: Substring, at separator: String) -> (name: String, rest: String)? {
    guard let range = text.firstRange(of: separator) else { return nil }
    return (String(text[..<range.lowerBound]), String(text[range.upperBound...]))
  }
}
