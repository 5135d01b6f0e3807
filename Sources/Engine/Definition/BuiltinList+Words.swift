extension BuiltinList {
  static let words: [Builtin] = [
    Builtin(
      "refuse", "Ends the run before anything was changed, and shows all findings at once.", [findings],
      location: .betweenSteps),
    Builtin(
      "conclude",
      """
      Ends the run with its findings, whatever it has changed: all findings are shown, the exit code is 1, and the run \
      is over. Does nothing without findings.
      """,
      [Parameter("message", .string, "What was found, as one sentence."), findings], location: .betweenSteps),
    Builtin(
      "fail", "Fails the step or run with an operator's sentence.",
      [
        Parameter(
          "failure", .record(finding + [.optional("retryable", .boolean, "Whether trying again may help.")]),
          "What went wrong.")
      ],
      [Parameter("message", .string, "What went wrong, as one sentence.")]),
    Builtin(
      "note", "Shows a checklist at the end of the run: what the operator still has to do.",
      [Parameter("title", .string, "What the list is."), .optional("items", .list(.string), "What is to be done.")],
      location: .running),
    Builtin(
      "show_table",
      """
      Shows a table at the end of the run, even if it is refused or ends with findings. Cells that say "ok", "finding" \
      or "not possible" are shown in colour.
      """,
      [
        Parameter("title", .string, "What the table is about."),
        Parameter("headings", .list(.string), "One per column."),
        Parameter("rows", .list(.list(.string)), "Each with one text per column."),
      ], location: .running),
    Builtin(
      "secret", "Makes a secret of a text.", [Parameter("text", .string, "The text.")],
      returns: ReturnType("Secret", "The secret, which prints as ‹secret›.")),
    Builtin("log.info", "Shows and records a line.", [Parameter("text", .string, "The line.")], location: .running),
    Builtin("log.warn", "Shows and records a warning.", [Parameter("text", .string, "The line.")], location: .running),
    Builtin(
      "print", "`log.info` of everything that it is given.", [], isVariadic: true, location: .running, isLuas: true),
  ]

  private static let finding: [Parameter] = [
    Parameter("message", .string, "What it is, as one sentence."), .optional("host", .host, "On which host."),
    .optional("hint", .string, "What to do about it."), .optional("cause", .string, "The remote side's own words."),
  ]

  private static let findings = Parameter("findings", .list(.record(finding)), "Each thing that was found.")
}
