import LuaVM
import Values

extension Builtins {
  /// What plain Lua has and a runbook has not, because it would break replay or reach past the steps. The error says
  /// what to use in its place.
  var absent: [String: LuaItem] {
    var items: [String: LuaItem] = [:]
    for (name, hint) in [
      ("dofile", "use require"), ("loadfile", "use require"),
      ("collectgarbage", "memory is looked after by itself"),
    ] {
      items[name] = .function(
        LuaHostFunction(name) { call in
          throw Failure(.notAvailable, "\(name) is not there in a runbook", place: call.place(), hint: hint)
        })
    }
    for (module, hints) in Self.modules {
      items[module] = .table([:], name: module) { member in
        Failure(
          .notAvailable, "\(module).\(member) is not there in a runbook",
          hint: hints[member] ?? hints[""] ?? "see the reference for what is")
      }
    }
    return items
  }

  private static let modules: [String: [String: String]] = [
    "os": [
      "execute": "use ssh.run(host, { \"command\", \"argument\" }) inside a step",
      "time": "use time.now(), which a replay sees again", "date": "use time.text(time.now())",
      "clock": "use time.now()",
      "getenv": "declare a parameter in runbook { params = … }, or use env(\"NAME\"), which a replay sees again",
      "exit": "return from the function, or call fail(\"…\")", "remove": "use ssh.run inside a step",
      "rename": "use ssh.run inside a step", "tmpname": "use ssh.run inside a step",
    ],
    "io": [
      "popen": "use ssh.run(host, { \"command\", \"argument\" }) inside a step",
      "open": "use file.read(host, path) or file.write(host, path, text) inside a step",
      "read": "use approve(\"…\") or a parameter", "write": "use log.info(\"…\")",
      "": "use the module file inside a step, or log.info(\"…\")",
    ],
    "debug": ["": "errors carry a traceback already"],
    "package": ["": "use require; modules are looked for beside the runbook and in stdlib"],
  ]
}
