/// Something that plain Lua has but a runbook does not, because it would break replay or have effects outside of steps.
public struct AbsentName: Sendable, Hashable {
  /// Its name, for example `os.time`; `io.` means every other member of that table.
  public var name: String
  /// What to use in its place.
  public var hint: String

  /// All of them.
  public static let all: [AbsentName] = [
    ("dofile", "use require"), ("loadfile", "use require"),
    ("collectgarbage", "leave it out: memory is managed automatically"), ("warn", "use log.warn(\"…\")"),
    ("math.random", "use random.integer(low, high), which a replay sees again"),
    ("math.randomseed", "use random.integer(low, high), which a replay sees again"),
    ("string.dump", "keep data instead: functions can't be kept"),
    ("os.execute", "use ssh.run(host, { \"command\", \"argument\" }) inside a step"),
    ("os.time", "use time.now(), which a replay sees again"), ("os.date", "use time.text(time.now())"),
    ("os.clock", "use time.now()"),
    ("os.getenv", "declare a parameter in runbook { params = … }, or use env(\"NAME\"), which a replay sees again"),
    ("os.exit", "return from the function, or call fail(\"…\")"), ("os.remove", "use ssh.run inside a step"),
    ("os.rename", "use ssh.run inside a step"), ("os.tmpname", "use ssh.run inside a step"),
    ("os.", "see the reference for what there is"),
    ("io.popen", "use ssh.run(host, { \"command\", \"argument\" }) inside a step"),
    ("io.open", "use file.read(host, path) or file.write(host, path, text) inside a step"),
    ("io.read", "use approve(\"…\") or a parameter"), ("io.write", "use log.info(\"…\")"),
    ("io.", "use the module file inside a step, or log.info(\"…\")"),
    ("debug.", "leave it out: errors have a traceback already"),
    ("rehearsal.", "it is called simulation now"),
    ("package.", "use require; modules are looked for beside the runbook and in stdlib"),
  ].map { AbsentName(name: $0.0, hint: $0.1) }

  /// The tables that are absent altogether.
  public static let tables = all.compactMap { $0.name.hasSuffix(".") ? String($0.name.dropLast()) : nil }

  /// The hint for a name, such as `os.time`; `nil` where it is not among them.
  public static func of(_ name: String) -> AbsentName? {
    if let exact = byName[name] { return exact }
    guard let dot = name.firstIndex(of: "."), let table = byName[String(name[...dot])] else { return nil }
    return AbsentName(name: name, hint: table.hint)
  }

  private static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })
}
