extension BuiltinList {
  static let values: [Builtin] = [
    Builtin(
      "json.encode", "Writes data as JSON. A secret is an error.",
      [
        Parameter("value", .any, "What to write."),
        .optional("options", .record([.optional("pretty", .boolean, "On several lines.")]), "Options."),
      ], returns: ReturnType("string", "The text.")),
    Builtin(
      "json.decode", "Reads JSON.", [Parameter("text", .string, "The text.")], returns: ReturnType("any", "The data.")),
    Builtin(
      "time.now", "The present moment, recorded.", [], returns: ReturnType("number", "Seconds since 1970."),
      location: .running),
    Builtin(
      "time.sleep", "Waits.", [Parameter("duration", .duration, "How long, for example \"2s\".")], location: .running),
    Builtin(
      "time.text", "A moment in ISO 8601, in UTC.",
      [Parameter("seconds", .number, "Seconds since 1970, as `time.now()` gives them.").bounded(.moment)],
      returns: ReturnType("string", "The text.")),
    Builtin(
      "random.integer", "A whole number from `low` to `high`, recorded.",
      [Parameter("low", .integer, "The least."), Parameter("high", .integer, "The greatest.")],
      returns: ReturnType("integer", "The number."), location: .running),
    Builtin(
      "random.uuid", "A random UUID, recorded.", [], returns: ReturnType("string", "The UUID, in lower case."),
      location: .running),
    Builtin(
      "env", "A variable of the operator's environment, recorded.", [Parameter("name", .string, "Its name.")],
      returns: ReturnType("string?", "Its value; nil if it is not set."), location: .running),
    Builtin(
      "require",
      "Loads a Lua module, once: from beside the runbook, `./stdlib`, the folders of `RUNBOOK_PATH`, or the shipped ones.",
      [Parameter("name", .string, "Its name.")], returns: ReturnType("any", "What the module's file returns."),
      isLuas: true),
    Builtin(
      "requires_api",
      "Says, at the top of a module, for which API version it is written; refused if this program does not support it.",
      [Parameter("version", .string, "The version, for example \"1.0\".")]),
  ]
}
