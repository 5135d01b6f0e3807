import BuiltProgram
import Foundation
import Glibc
import Subprocess
import TestSupport
import Testing

/// The journal's disk is full in the middle of a run: a small file system in a mount namespace of its own, which goes
/// with the script that made it.
@Suite(
  .usualTimeLimit,
  .enabled("a small file system wants root on Linux") {
    geteuid() == 0
  })
struct FullDiskTests {
  @Test("the run stops before the next effect and says why, and goes on when there is room")
  func full() async throws {
    let program = try Program()
    defer { program.remove() }
    try program.write("inventory.yaml", Program.thisMachine)
    try program.write(
      "a.lua",
      """
      return runbook { params = { folder = { default = "" } }, function(run)
        local here, folder = run.inventory.manager, run.params.folder
        local function say(word) ssh.run(here, { "sh", "-c", "echo " .. word .. " >> log" }, { cwd = folder }) end
        step("before", function() say("before") end)
        step("big", function() return ssh.read(here, { "head", "-c", "800000", "/dev/zero" }).status .. ("x"):rep(800000) end)
        step("after", function() say("after") end)
      end }
      """)
    try program.write(
      "script",
      """
      set -u
      mkdir state && chmod 700 state
      mount -t tmpfs -o size=600k,mode=700 tmpfs state || exit 99
      "$1" run a.lua --inventory inventory.yaml --param "folder=$PWD" >first 2>&1
      echo "first $?"
      cp log between
      mount -o remount,size=20m state
      "$1" resume >second 2>&1
      echo "second $?"
      """)
    let result = try await Subprocess.run(
      .name("unshare"), arguments: ["--mount", "sh", "script", BuiltProgram.path],
      environment: .inherit.updating([
        "RUNBOOK_STATE": program.folder.path + "/state", "RUNBOOK_LOCK_FOLDER": program.folder.path, "NO_COLOR": "1",
      ]),
      workingDirectory: .init(program.folder.path), output: .string(limit: 1 << 16), error: .string(limit: 1 << 16))
    func text(_ name: String) throws -> String {
      try String(contentsOf: program.folder.appending(path: name), encoding: .utf8)
    }
    let first = try text("first")
    #expect(result.standardOutput == "first 1\nsecond 0\n", "\(first)")
    #expect(first.contains("full") || first.contains("No space"), "\(first)")
    #expect(first.contains("runbook resume"))
    #expect(try text("between") == "before\n")
    #expect(try text("log") == "before\nafter\n")
  }
}
