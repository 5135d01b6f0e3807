import Engine
import Values

/// The variables that compose files use as `${NAME}`.
extension StackModule {
  static let environment = Parameter.optional(
    "environment", .map(.string),
    "Variables for the compose files, used there as `${NAME}`; `run.inventory.stack.environment`. They reach docker "
      + "through its environment, not as an argument of a command.")

  /// The variables that were given.
  func variables(_ options: Arguments) throws -> [String: String] {
    let given = given(options)
    for (name, value) in given.sorted(by: { $0.key < $1.key }) {
      let isName =
        name.utf8.first.map { !(0x30...0x39).contains($0) } == true
        && name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
      guard isName, !value.contains(where: \.isNewline), !value.unicodeScalars.contains("\0") else {
        throw Failure(
          .argument, "\(name) can't be an environment variable",
          hint: "use letters, digits and _ in the name, and one line as the value")
      }
    }
    return given
  }

  /// The variables as a person types them before a command.
  func typedVariables(_ options: Arguments) -> [String] {
    given(options).sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
  }

  private func given(_ options: Arguments) -> [String: String] {
    options.map("environment").compactMapValues(\.stringValue)
  }
}
