import Engine
import HostModules
import Values

/// What happens around a run: to the world's hosts, and on this machine.
extension SimulationModule {
  var calls: Primitive {
    Primitive(
      "calls", "What was sent to a host that may have changed it: `POST /swarm/join`, or a command, in order.",
      parameters: [Parameter("host", .host, "the host")], returns: ReturnType("string[]", "The calls and commands."),
      effect: .pure,
      perform: { arguments, _ in
        .array(try stage.current().simulated.calls(on: arguments.host("host")).map { .string($0) })
      })
  }

  var jump: Primitive {
    Primitive(
      "jump", "Moves the world's time forward at once.",
      parameters: [Parameter("time", .duration, "how much later")], effect: .pure,
      perform: { arguments, _ in
        try stage.current().simulated.jump(by: arguments.duration("time")?.seconds ?? 0)
        return .null
      })
  }

  var power: Primitive {
    Primitive(
      "power", "Switches a host off, or on.",
      parameters: [Parameter("host", .host, "the host"), Parameter("on", .boolean, "whether it should be on")],
      effect: .pure,
      perform: { arguments, _ in
        try stage.current().simulated.setPower(of: arguments.host("host"), isOn: arguments.flag("on"))
        return .null
      })
  }

  var engine: Primitive {
    Primitive(
      "engine", "Ends a host's Docker engine, or starts it.",
      parameters: [Parameter("host", .host, "the host"), Parameter("running", .boolean, "whether it should run")],
      effect: .pure,
      perform: { arguments, _ in
        try stage.current().simulated.setEngine(of: arguments.host("host"), isRunning: arguments.flag("running"))
        return .null
      })
  }

  var fileHere: Primitive {
    Primitive(
      "local_file",
      "Gives the path of a file on this machine, in a folder of this test alone, which is removed when the test ends.",
      parameters: [
        Parameter("name", .string, "the file's name"),
        .optional("contents", .string, "what is written into it; no file is made if left out"),
      ], returns: ReturnType("string", "The absolute path."), effect: .pure,
      perform: { arguments, _ in
        .string(try stage.folderHere.location(arguments.string("name"), contents: arguments.optionalString("contents")))
      })
  }

  var reveal: Primitive {
    Primitive(
      "reveal", "Returns the text of a secret, to compare it: in a simulated world it protects nothing.",
      parameters: [Parameter("secret", .secret, "the secret")], returns: ReturnType("string", "Its text."),
      effect: .pure, perform: { arguments, _ in .string(arguments.secret("secret")?.reveal() ?? "") })
  }
}
