import Foundation
import Inventory
import TestSupport
import Testing
import Values

@Suite("Inventory files that can't be used", .usualTimeLimit)
struct InventoryFileTests {
  @Test("a missing file names --inventory")
  func missing() throws {
    let failure = try #require(throws: Failure.self) { try Inventory.load(path: "/nowhere/at/all.yaml") }
    #expect(failure.code == "inventory.missing")
    #expect(failure.hint?.contains("--inventory") == true)
    #expect(failure.message.contains("/nowhere/at/all.yaml"))
  }

  @Test("a folder, an endless device and text that is not UTF-8 are refused")
  func unreadable() throws {
    try withFolder { folder in
      let binary = folder + "/binary.yaml"
      try Data([0x61, 0x3A, 0x20, 0x62, 0x0A, 0xFF, 0xFE]).write(to: URL(fileURLWithPath: binary))
      for path in [folder, "/dev/zero", binary] {
        let failure = try #require(throws: Failure.self) { try Inventory.load(path: path) }
        #expect(failure.code == "inventory.unreadable")
        #expect(failure.hint != nil)
        if path == binary { #expect(failure.location?.line == 2) }
      }
    }
  }

  @Test("an inventory without content is refused", arguments: ["", "# nothing\n", "~\n", "---\n...\n"])
  func empty(text: String) throws {
    let failure = try #require(throws: Failure.self) { try Inventory.parse(text: text, file: "i.yaml") }
    #expect(failure.code == "inventory.empty")
    #expect(failure.location?.file == "i.yaml")
  }

  @Test("text that is a scalar or a list is not an inventory", arguments: ["hello", "- a\n- b\n", "3"])
  func wrongRoot(text: String) throws {
    let failure = try #require(throws: Failure.self) { try Inventory.parse(text: text, file: "i.yaml") }
    #expect(failure.related.map(\.code) == ["inventory.wrong_type"])
  }

  @Test("what is not YAML is shown with line, column and the line's text")
  func syntax() throws {
    let failure = try #require(throws: Failure.self) {
      try Inventory.parse(text: "stack:\n  name: da\n hosts: [\n", file: "i.yaml")
    }
    #expect(failure.code == "inventory.syntax")
    #expect(failure.location == SourceLocation(file: "i.yaml", line: 3))
    #expect(failure.cause?.contains("column") == true)
    #expect(failure.cause?.contains(" hosts: [") == true)
  }

  @Test("a key that is written twice is refused at its second line")
  func duplicates() throws {
    let text = Samples.example + "  da1: { address: 10.77.0.3, role: worker }\n"
    let failure = try #require(throws: Failure.self) { try Inventory.parse(text: text, file: "i.yaml") }
    #expect(failure.code == "inventory.duplicate_key")
    #expect(failure.location?.line == 11)
    #expect(failure.message.contains("'da1'"))
    #expect(failure.cause?.contains("line 9") == true)
  }

  @Test("a file named for ssh that is not there is found before any host is contacted")
  func namedFiles() throws {
    try withFolder { folder in
      let path = folder + "/i.yaml"
      try Samples.example.write(toFile: path, atomically: true, encoding: .utf8)
      let failure = try #require(throws: Failure.self) { try Inventory.load(path: path) }
      #expect(failure.related.map(\.code) == ["inventory.missing_file"])
      #expect(failure.related.first?.location?.line == 6)
      try "".write(toFile: folder + "/ssh_config", atomically: true, encoding: .utf8)
      #expect(try Inventory.load(path: path).ssh.config?.hasSuffix("/ssh_config") == true)
    }
  }

  private func withFolder(_ body: (String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "inventory-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try body(folder)
  }
}
