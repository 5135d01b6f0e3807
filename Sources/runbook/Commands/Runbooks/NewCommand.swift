import ArgumentParser
import Engine
import Foundation
import LocalFiles
import Values

/// `runbook new`
struct NewCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "new", abstract: "Start a runbook: a file with a header, a parameter and a step, and its test.",
    discussion: "They are put into ./runbooks if that folder exists, else into the current one. Nothing is replaced.")

  @Argument(help: "The runbook's name, for example restart-access-points.")
  var name: String

  @OptionGroup var options: GlobalOptions

  func run() async throws {
    try await CommandFailure.reported(options) {
      let runbook = try NewRunbook(
        name: name, folder: FileManager.default.currentDirectoryPath, shared: SharedFolders())
      try runbook.write()
      let screen = Screen(options)
      if options.json {
        let next = runbook.next.map { Value.string($0.command) }
        let document: Value = ["file": .string(runbook.path), "test": .string(runbook.testPath), "next": .array(next)]
        screen.print([try JSON.encode(document, secrets: .hidden)])
        return .success
      }
      let width = runbook.next.map(\.command.count).max() ?? 0
      screen.print(
        ["\(runbook.path) and \(runbook.testPath) were created: edit them as you need.", ""]
          + runbook.next.map {
            "  " + $0.command.padding(toLength: width + 3, withPad: " ", startingAt: 0) + $0.purpose
          })
      return .success
    }
  }
}

/// A runbook that is begun, with a test: where they are put, and what is in them.
struct NewRunbook {
  /// The name without `.lua`.
  let name: String
  /// The file's path below the folder that the person works in.
  let path: String
  /// The path of its tests.
  var testPath: String { path.dropLast(4) + TestFinder.ending }
  private let folder: URL

  /// Checks the name; nothing is written.
  ///
  /// - Parameter folder: the folder that the person works in. In a project the file goes to its `runbooks`.
  init(name given: String, folder: String, shared: SharedFolders) throws {
    name = given.hasSuffix(".lua") ? String(given.dropLast(4)) : given
    self.folder = URL(filePath: folder, directoryHint: .isDirectory)
    let isPlain = name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") }
    guard isPlain, let first = name.first, first.isLetter || first.isNumber else {
      throw Failure(
        "new.name", "\"\(given)\" is not a valid runbook name",
        hint: "use letters, digits, - and _, for example: runbook new restart-access-points")
    }
    if let shipped = shared.runbooks, FileManager.default.fileExists(atPath: "\(shipped)/\(name).lua") {
      throw Failure(
        "new.name", "\(name).lua is a shipped runbook, and yours would replace it",
        hint: "choose another name; to edit a copy of the shipped ones: runbook init FOLDER")
    }
    var isFolder: ObjCBool = false
    let isProject = FileManager.default.fileExists(atPath: "\(folder)/runbooks", isDirectory: &isFolder)
    path = (isProject && isFolder.boolValue ? "runbooks/" : "") + "\(name).lua"
  }

  /// Writes both files; refuses when one is there.
  func write() throws {
    let files = [(path, text), (testPath, testText)]
    for (path, _) in files where FileManager.default.fileExists(atPath: folder.appending(path: path).path) {
      throw Self.exists(path)
    }
    for (path, text) in files { try write(text, to: path) }
  }

  private func write(_ text: String, to path: String) throws {
    let file = folder.appending(path: path)
    do {
      guard try DurableFile.create(Array(text.utf8), at: file.path, mode: nil) else { throw Self.exists(path) }
    } catch let problem as LocalFileProblem {
      throw Failure(
        "new.unwritable", "\(path) can't be written", cause: problem.cause,
        hint: "check the folder's owner, mode and free space")
    }
  }

  private static func exists(_ path: String) -> Failure {
    Failure("new.exists", "\(path) exists already and was not changed", hint: "choose another name")
  }

  /// What the person may type next, with what it does.
  var next: [(command: String, purpose: String)] {
    let inventory = "inventory.yaml"
    let isThere = FileManager.default.fileExists(atPath: folder.appending(path: inventory).path)
    let describe = [
      (command: "runbook init FOLDER", purpose: "starts a project with an inventory, in which you describe your hosts")
    ]
    return [("runbook test \(testPath)", "runs it in a simulated world, as its test says")]
      + (isThere ? [] : describe) + [
        ("runbook plan \(name) -i \(inventory)", "shows each step, and changes nothing"),
        ("runbook run \(name) -i \(inventory) --step", "runs it, and asks before each step"),
      ]
  }

  private var text: String {
    """
    --- \(title): what it is for, in one sentence.
    ---
    --- Before: what must hold before it begins.
    --- After:  what holds when it is done.
    ---
    --- Changes: nothing so far. Say what it changes, and what `runbook rollback` brings back.

    return runbook {
      summary = "\(title)",
      requires_api = "\(APIVersion.current)",
      inventory = { stack = false },                  -- true: it works on the inventory's stack

      params = {
        words = { default = "hello", type = "string", help = "what each host is to say" },
      },

      function(run)
        parallel("hosts", run.inventory.hosts, function(host)    -- each branch is a scope: hosts/<host>/...
          step("say it", function()
            -- Every effect must be in a step. What it returns is recorded, and returned again when the run is resumed.
            return ssh.read(host, { "echo", run.params.words }).stdout
          end)
        end)
      end,
    }

    """
  }

  private var testText: String {
    """
    --- Tests of \(name).lua, in a simulated world: runbook test \(testPath)
    local expect = require "expect"

    local function two_hosts()
      simulation.world {
        inventory = {
          hosts = {
            h1 = { address = "192.0.2.1", role = "manager" },
            h2 = { address = "192.0.2.2", role = "worker" },
          },
        },
        world = { start = "none" },                   -- in no swarm
      }
    end

    test("each host says the given words", function()
      two_hosts()
      local result = simulation.run("\(name).lua", { params = { words = "good night" } })
      expect.succeeded(result)
      expect.equal(result.steps["hosts/h1/say it"].result, "good night\\n")
      expect.equal(result.steps["hosts/h2/say it"].result, "good night\\n")
    end)

    """
  }

  /// The name as words: `restart-services` becomes `Restart services`.
  private var title: String {
    let words = name.split { $0 == "-" || $0 == "_" }.joined(separator: " ")
    return words.prefix(1).uppercased() + words.dropFirst()
  }
}
