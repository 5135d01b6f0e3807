import Engine
import Foundation
import HostModules
import Inventory
import Simulation
import Values

/// What a test has besides the host modules: worlds, and runs in them. None of it touches anything outside.
struct SimulationModule {
  let stage: TestStage

  /// The module.
  var module: HostModule {
    HostModule(
      "simulation", "Simulated worlds for tests, and runs of runbooks in them. Only test files have it.",
      [world, run, resume, rollback, calls, jump, power, engine, fileHere, reveal])
  }

  private static let result = ReturnType(ExecutionResult.luaType, "The result of the run.")

  private var world: Primitive {
    Primitive(
      "world", "Makes a simulated world, in which the test continues. The previous one is gone.",
      parameters: [
        Parameter(
          "options",
          .record([
            Parameter("inventory", .any, "the inventory: a file beside the test, or a table with what would be in it"),
            .optional("world", .any, "the world file, or a table with what would be in it"),
            .optional("seed", .integer, "what random values and IDs are made of"),
          ]), "what it is made of")
      ], effect: .pure,
      perform: { arguments, _ in
        let options = arguments.record("options")
        let (text, file) = try document(options["inventory"], "inventory")
        let inventory = try Inventory.parse(text: text, file: file)
        var plan = WorldPlan(inventory: inventory)
        if options["world"] != nil {
          let (text, file) = try document(options["world"], "world")
          plan = try WorldPlan.parse(text: text, file: file, inventory: inventory)
        }
        if let seed = options.optionalInteger("seed") { plan.seed = UInt64(bitPattern: seed) }
        await stage.show(try TestScene(plan, inventoryText: text))
        return .null
      })
  }

  /// The text of a file beside the test, or of a table: JSON is YAML, too.
  private func document(_ value: Value?, _ name: String) throws -> (text: String, file: String) {
    guard let path = value?.stringValue else {
      return (try JSON.encode(value ?? .null, secrets: .refused), "the test's \(name)")
    }
    let file = path.hasPrefix("/") ? path : "\(stage.folder)/\(path)"
    guard let data = FileManager.default.contents(atPath: file) else {
      throw Failure(.argument, "the \(name) \"\(path)\" can't be read", hint: "looked for \(file)")
    }
    return (String(decoding: data, as: UTF8.self), file)
  }

  private var run: Primitive {
    let parameters =
      [
        .optional("params", .map(.any), "the runbook's parameters")
      ] + ExecutionOptions.parameters
    return Primitive(
      "run", "Runs a runbook in the world, to its end or to where it stops.",
      parameters: [
        Parameter("runbook", .string, "the runbook: a file beside the test, or a name as for `runbook run`"),
        .optional("options", .record(parameters), "named options"),
      ], returns: Self.result, effect: .pure,
      perform: { arguments, _ in
        let scene = try stage.current(), options = arguments.map("options")
        let name = arguments.string("runbook")
        let path = try stage.findRunbook(name)
        let source = RunSource(
          runbook: URL(filePath: path).lastPathComponent, runbookPath: path, inventoryPath: nil,
          inventoryText: scene.inventoryText, hosts: scene.hosts, modulePath: stage.modulePath, folder: stage.shownFrom)
        let given = (options["params"]?.objectValue ?? [:]).compactMapValues(Self.text)
        return try await Execution(scene: scene, options: ExecutionOptions(options), coverage: stage.coverage).carryOut(
          .begin(source, parameters: given))
      })
  }

  /// A parameter as it would be typed.
  private static func text(_ value: Value) -> String? {
    switch value {
    case .null: nil
    case .string(let text): text
    case .bool(let flag): String(flag)
    case .integer(let number): String(number)
    case .number(let number): String(number)
    case .secret(let secret): secret.reveal()
    case .object(let members): members["$host"]?.stringValue
    case .array, .bytes: nil
    }
  }

  private var resume: Primitive { going("resume", "Resumes the run, as a new process.", .resume) }
  private var rollback: Primitive { going("rollback", "Undoes what the run has done.", .rollback) }

  private func going(_ name: String, _ summary: String, _ way: Execution.Way) -> Primitive {
    Primitive(
      name, summary, parameters: [.optional("options", .record(ExecutionOptions.parameters), "named options")],
      returns: Self.result, effect: .pure,
      perform: { arguments, _ in
        let options = ExecutionOptions(arguments.map("options"))
        return try await Execution(scene: stage.current(), options: options, coverage: stage.coverage).carryOut(way)
      })
  }
}

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
