import Engine
import LuaSyntax
import Values

/// Compares written-out values with what a parameter takes.
struct Literal {
  struct Problem {
    var rule: Rule
    var range: SourceRange
    var message: String
    var hint: String?
    var fix: Finding.Fix?
    /// Whether the argument itself is of another kind, so that another form may be intended.
    var isShape = false
  }

  let function: String

  init(_ function: String) { self.function = function }

  func problems(of value: Expression, as parameter: Parameter, in option: String? = nil) -> [Problem] {
    if case .nil = value.kind, parameter.isOptional { return [] }
    let location = option ?? "the argument \(parameter.name)"
    let old = parameter.deprecation.map {
      Problem(
        rule: .deprecated, range: value.range, message: $0.message(of: "\(location) of \(function)"),
        hint: "use \($0.instead)")
    }
    let found = problems(of: value, parameter.type, location)
    let far = found.isEmpty ? beyond(value, parameter, location) : nil
    return found + [far, old].compactMap { $0 }
  }

  /// A number that the parameter does not take.
  private func beyond(_ value: Expression, _ parameter: Parameter, _ location: String) -> Problem? {
    guard let bounds = parameter.bounds ?? (parameter.type == .duration ? .duration : nil),
      let number = value.literalNumber, !bounds.contains(number)
    else { return nil }
    return Problem(
      rule: .argumentType, range: value.range,
      message: "\(function): \(location) is \(NumberBounds.words(number)); it must be \(bounds.text)")
  }

  private func problems(of value: Expression, _ type: ParameterType, _ location: String) -> [Problem] {
    func wrong(_ wanted: String) -> [Problem] {
      guard let kind = value.literalKind else { return [] }
      return [
        Problem(
          rule: .argumentType, range: value.range, message: "\(function): \(location) must be \(wanted), not \(kind)",
          isShape: true)
      ]
    }
    switch (value.kind, type) {
    case (.table(let fields), .record(let members)): return record(fields, members, value.range)
    case (.table(let fields), .list(let element)):
      if fields.contains(where: { if case .name = $0.key { true } else { false } }) { return wrong("a list") }
      return fields.flatMap { problems(of: $0.value, element, "an element of \(location)") }
    case (.table(let fields), .map(let element)):
      if fields.contains(where: { if case .position = $0.key { !$0.value.mayBeSeveral } else { false } }) {
        return wrong("a table with text keys")
      }
      return fields.flatMap { problems(of: $0.value, element, "a member of \(location)") }
    case (.string(let text), .oneOf(let words)):
      guard !words.contains(text) else { return [] }
      let near = Suggestion.closest(to: text, among: words)
      return [
        Problem(
          rule: .argumentType, range: value.range,
          message: "\(function): \(location) is \"\(text)\", which is not one of \(words.joined(separator: ", "))",
          hint: near.map { "did you mean \"\($0)\"?" })
      ]
    case (.table, .hosts), (.table, .any), (.string, .any), (.integer, .any), (.number, .any), (.boolean, .any),
      (.string, .string), (.integer, .string), (.string, .duration), (.integer, .duration), (.number, .duration),
      (.string, .secret), (.string, .host), (.string, .hosts), (.integer, .integer), (.number, .integer),
      (.integer, .number), (.number, .number), (.boolean, .boolean), (.function, .function):
      return []
    default: return wrong(Self.words(type))
    }
  }

  private func record(_ fields: [TableField], _ members: [Parameter], _ range: SourceRange) -> [Problem] {
    var found: [Problem] = [], given: Set<String> = [], isOpen = false
    let known = members.map(\.name)
    for field in fields {
      switch field.key {
      case .expression: isOpen = true
      case .position(let position):
        let name = "[\(position)]"
        if let member = members.first(where: { $0.name == name }) {
          given.insert(name)
          found += problems(of: field.value, as: member, in: "the member \(name)")
        } else {
          found.append(
            Problem(
              rule: .argumentType, range: field.range,
              message: "\(function): this is not a table of options: its members have no names",
              hint: "choose from the options \(known.joined(separator: ", "))", isShape: true))
        }
      case .name(let name, let location):
        guard let member = members.first(where: { $0.name == name }) else {
          let near = NearName.only(name, among: known)
          // A missing option is perhaps only misspelt.
          if let near { given.insert(near) }
          found.append(
            Problem(
              rule: .unknownOption, range: location, message: "\(function): there is no option \"\(name)\"",
              hint: Suggestion.hint(for: name, among: known.filter { !$0.hasPrefix("[") }),
              fix: near.map { Finding.Fix(range: location, text: $0) }))
          continue
        }
        given.insert(name)
        found += problems(of: field.value, as: member, in: "option \(name)")
      }
    }
    guard !isOpen else { return found }
    for member in members where !member.isOptional && !given.contains(member.name) {
      let what = member.name == "[1]" ? "the function" : "option \(member.name)"
      found.append(
        Problem(
          rule: .unknownOption, range: SourceRange(range.start, range.start + 1),
          message: "\(function): \(what) is missing", hint: "\(member.name): \(member.summary)"))
    }
    return found
  }

  private static func words(_ type: ParameterType) -> String {
    switch type {
    case .string: "text"
    case .integer: "a whole number"
    case .number: "a number"
    case .boolean: "true or false"
    case .duration: "a duration such as \"2s\""
    case .secret: "a secret or text"
    case .host: "a host of the inventory"
    case .hosts: "a host of the inventory, or a list of hosts"
    case .oneOf(let words): "one of \(words.joined(separator: ", "))"
    case .list: "a list"
    case .map: "a table with text keys"
    case .record: "a table of options"
    case .any: "data"
    case .function: "a function"
    }
  }
}

extension Expression {
  /// The number that is written out.
  fileprivate var literalNumber: Double? {
    switch kind {
    case .integer(let number): Double(number)
    case .number(let number): number
    case .unary("-", let inner): inner.literalNumber.map { -$0 }
    case .parenthesized(let inner): inner.literalNumber
    default: nil
    }
  }

  /// The kind of a written-out value, for messages; `nil` for a computed one.
  var literalKind: String? {
    switch kind {
    case .nil: "nil"
    case .boolean: "a boolean"
    case .integer, .number: "a number"
    case .string: "text"
    case .function: "a function"
    case .table: "a table"
    case .parenthesized(let inner): inner.literalKind
    case .varargs, .name, .suffixed, .operation, .unary: nil
    }
  }
}

/// What is known about a value without running anything.
indirect enum ValueType: Equatable {
  case unknown
  /// An object that runbooks get, by the name of its ``ObjectType``.
  case object(String)
  /// `run.params`
  case params
  case list(ValueType)
  case secret
  /// A function that is written in one of the files.
  case function(FunctionRef)
  /// A table in a local variable of a file: what a module returns.
  case table(file: Int, variable: Int)

  /// The type that a definition's words mean.
  init(definition: String) {
    let name = definition.hasSuffix("?") ? String(definition.dropLast()) : definition
    if name.hasSuffix("[]") {
      self = .list(ValueType(definition: String(name.dropLast(2))))
    } else if ObjectType.all.contains(where: { $0.name == name }) {
      self = .object(name)
    } else {
      self = name == "Secret" ? .secret : .unknown
    }
  }
}

/// A function in one of the files; 0 is the file itself.
struct FunctionRef: Hashable {
  var file: Int
  var id: Int
}
