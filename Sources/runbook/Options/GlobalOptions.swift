import ArgumentParser
import Foundation
import Values

/// The options that every command has.
struct GlobalOptions: ParsableArguments {
  @Option(help: "Keep runs in this folder (default: $RUNBOOK_STATE, or $XDG_STATE_HOME/runbook).")
  var state: String?

  @Flag(help: "Write JSON: one object per event, or one document.")
  var json = false

  @Flag(help: "Do not use colours (so does the environment variable NO_COLOR).")
  var noColor = false
}

/// `name=value` on the command line.
struct ParameterOption: ExpressibleByArgument {
  let name: String
  let value: String

  init?(argument: String) {
    guard let sign = argument.firstIndex(of: "="), sign != argument.startIndex else { return nil }
    name = String(argument[..<sign])
    value = String(argument[argument.index(after: sign)...])
  }

  /// By name; a name that was given twice is an error.
  static func dictionary(_ options: [ParameterOption]) throws -> [String: String] {
    var result: [String: String] = [:]
    for option in options where result.updateValue(option.value, forKey: option.name) != nil {
      throw Failure("usage.parameter_twice", "the parameter \(option.name) is given twice")
    }
    return result
  }
}
