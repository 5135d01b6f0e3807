import Foundation
import Subprocess
import TestSupport
import Testing

/// `runbook serve` as a process of its own, asked by curl.
@Suite(.usualTimeLimit) struct ServeTests {
  private static let token = "0123456789abcdef0123456789abcdef"

  private func serve(_ program: Program, _ work: (_ address: String) async throws -> Void) async throws {
    try program.write("token", Self.token + "\n")
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o600], ofItemAtPath: program.folder.path + "/token")
    let script = "exec \"$PROGRAM\" serve --listen 127.0.0.1:0 --token-file token > address 2> errors"
    _ = try await program.shell(
      script,
      during: { terminate in
        let limit = ContinuousClock.now + .seconds(60)
        var address: Substring?
        while address == nil {
          try #require(ContinuousClock.now < limit, "it never said where it listens")
          let text = (try? String(contentsOf: program.folder.appending(path: "address"), encoding: .utf8)) ?? ""
          address = text.firstMatch(of: /(http:\/\/127\.0\.0\.1:\d+)\/login\n/)?.1
          try await Task.sleep(for: .milliseconds(20))
        }
        try await work(String(address!))
        try terminate()
      })
  }

  @Test("a yes given on the page lets a waiting run go on, and later runs are shown, too")
  func approval() async throws {
    let program = try Program()
    defer { program.remove() }
    try program.write("a.lua", "return runbook { function(run) approve(\"Go?\") step(\"s\", function() end) end }")
    #expect(try await program.run("run", "a.lua").code == 3)
    let run = try await program.newestRun()
    try await serve(program) { address in
      func curl(_ path: String, _ options: String = "") async throws -> String {
        try await program.shell("curl -s -b jar -c jar -H 'Origin: \(address)' \(options) '\(address)\(path)'").output
      }
      _ = try await curl("/login", "-d token=\(Self.token) -d name=ann")
      let page = try await curl("/runs/\(run)")
      let form = try #require(page.firstMatch(of: /name="form"\s+value="([0-9a-f]+)"/)?.1)
      _ = try await curl("/runs/\(run)/approve", "-d form=\(form) --data-urlencode 'shown=approve: Go?'")
      let resumed = try await program.run("resume", run)
      #expect(resumed.code == 0, "\(resumed.output) \(resumed.errors)")
      #expect(try await program.run("logs", run).output.contains("approved by ann"))
      // The process that wrote last has closed the journal; the page goes on reading it.
      #expect(try await program.run("run", "a.lua").code == 3)
      let next = try await program.newestRun()
      let list = try await curl("/")
      #expect(list.contains(run) && list.contains(next))
      #expect(try await curl("/runs/\(run)").contains("done"))
    }
    let said = try String(contentsOf: program.folder.appending(path: "address"), encoding: .utf8)
    #expect(!said.contains(Self.token))
  }

  @Test("a token that others can read or that is short, and an address for everybody, are refused")
  func refused() async throws {
    let program = try Program()
    defer { program.remove() }
    try program.write("token", Self.token)
    try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: program.folder.path + "/token")
    let open = try await program.run("serve", "--token-file", "token")
    #expect(open.code == 2)
    #expect(open.errors.contains("chmod 600 token"))
    try program.write("token", "short")
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: program.folder.path + "/token")
    #expect(try await program.run("serve", "--token-file", "token").errors.contains("fewer than 32"))
    #expect(try await program.run("serve", "--listen", "0.0.0.0:0").errors.contains("--allow-remote"))
    #expect(try await program.run("serve", "--listen", "nowhere").errors.contains("not a valid address:port"))
    // Standard output is no terminal here, and is kept.
    #expect(try await program.run("serve").errors.contains("--token-file"))
  }
}
