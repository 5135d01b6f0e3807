import Foundation
import TestSupport
import Testing

/// Whoever is not looking is told when a run waits, fails or is done.
@Suite(.usualTimeLimit) struct NotifyTests {
  private func told(_ program: Program) throws -> [[String: Any]] {
    try String(contentsOf: program.folder.appending(path: "told"), encoding: .utf8).split(separator: "\n").map {
      try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
    }
  }

  private let way = "cat >> told; echo >> told"

  @Test("a command is given waiting, failed and done as JSON on its standard input")
  func command() async throws {
    let program = try Program()
    defer { program.remove() }
    try program.write("inventory.yaml", Program.thisMachine)
    try program.write(
      "a.lua",
      """
      return runbook { function(run)
        approve("Go?")
        step("s", function() ssh.run(run.inventory.manager, { "cat", "no such file" }) end)
      end }
      """)
    #expect(try await program.run("run", "a.lua", "-i", "inventory.yaml", "--notify", way).code == 3)
    #expect(try await program.run("resume", "--yes", "--notify", way).code == 1)
    try program.write("b.lua", "return runbook { function(run) step(\"s\", function() end) end }")
    #expect(try await program.run(["run", "b.lua"], variables: ["RUNBOOK_NOTIFY": way]).code == 0)
    let told = try told(program)
    try #require(told.count == 3)
    #expect(told.map { $0["state"] as? String } == ["waiting", "failed", "succeeded"])
    #expect((told[0]["message"] as? String)?.contains("Go?") == true)
    #expect((told[1]["message"] as? String)?.contains("cat ended with exit code 1") == true)
    #expect(told[1]["step"] as? String == "s" && told[1]["host"] as? String == "here")
    #expect(told[0]["trace_id"] as? String == told[1]["trace_id"] as? String)
    #expect(told.map { $0["runbook"] as? String } == ["a.lua", "a.lua", "b.lua"])
    #expect((told[0]["next"] as? String)?.hasPrefix("runbook show ") == true)
  }

  @Test("an address is posted to, and does not stand in the arguments of a process")
  func address() async throws {
    let program = try Program()
    defer { program.remove() }
    try program.write("b.lua", "return runbook { function(run) step(\"s\", function() end) end }")
    // One answer; what was posted is kept, and so are the arguments of all processes meanwhile.
    try program.write(
      "server.py",
      """
      import http.server, subprocess
      class Handler(http.server.BaseHTTPRequestHandler):
          def do_POST(self):
              open("arguments", "w").write(subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True).stdout)
              body = self.rfile.read(int(self.headers["Content-Length"]))
              open("told", "wb").write(body + b"\\n")
              open("head", "w").write(self.path + " " + self.headers["Content-Type"])
              self.send_response(204)
              self.end_headers()
          def log_message(self, *words): pass
      server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
      open("port.new", "w").write(str(server.server_port))
      import os
      os.rename("port.new", "port")
      server.timeout = 60
      server.handle_request()
      """)
    let ending = try await program.shell(
      """
      python3 server.py & while [ ! -e port ]; do sleep 0.05; done
      RUNBOOK_NOTIFY="http://127.0.0.1:$(cat port)/hook/$(printf s3%s cret)" "$PROGRAM" run b.lua; code=$?; wait; exit $code
      """)
    #expect(ending.code == 0 && ending.errors.isEmpty, "\(ending.errors)")
    #expect(try told(program).map { $0["state"] as? String } == ["succeeded"])
    func text(_ name: String) throws -> String {
      try String(contentsOf: program.folder.appending(path: name), encoding: .utf8)
    }
    #expect(try text("head") == "/hook/s3cret application/json")
    #expect(try text("arguments").contains("curl") && !text("arguments").contains("s3cret"))
  }

  @Test(
    "a message that can't be delivered is a warning, and the run ends as it would have",
    arguments: ["echo no mail today >&2; exit 7", "http://127.0.0.1:1/hook/s3cret"])
  func undelivered(_ way: String) async throws {
    let program = try Program()
    defer { program.remove() }
    try program.write("b.lua", "return runbook { function(run) step(\"s\", function() end) end }")
    let ending = try await program.run(["run", "b.lua"], variables: ["RUNBOOK_NOTIFY": way])
    #expect(ending.code == 0)
    #expect(ending.errors.contains("the notification about run"), "\(ending.errors)")
    #expect(!ending.errors.contains("s3cret"))
  }
}
