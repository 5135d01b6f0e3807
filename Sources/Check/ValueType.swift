import Engine

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
