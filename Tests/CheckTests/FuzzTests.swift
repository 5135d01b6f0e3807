import Check
import Foundation
import Fuzzing
import HostModules
import TestSupport
import Testing

@Suite("No text brings the checker down", .usualTimeLimit)
struct FuzzTests {
  @Test("shipped files with a few bytes changed")
  func changedBytes() throws {
    let modules = try ShippedTests.texts("stdlib")
    let checker = Checker(modules: try HostModules.described()) { name, _ in
      modules.first { $0.file == "stdlib/\(name).lua" }
    }
    let texts = (try ShippedTests.texts("runbooks") + modules).map { Array($0.text.utf8) }.filter { $0.count < 6_000 }
    let alphabet = Array("abcs_01.,;:=()[]{}\"'-\n ".utf8)
    try Fuzz("runbooks that are checked", cases: 150).run { random in
      let bytes = random.mutate(texts.randomElement(using: &random) ?? [], alphabet: alphabet)
      let findings = try checker.check([CheckedText(file: "it.lua", text: String(decoding: bytes, as: UTF8.self))])
      for finding in findings {
        try demand(finding.line >= 1 && finding.column >= 1 && finding.range.start <= finding.range.end, "a place")
      }
      _ = PlainReport(findings, hasColour: true).lines(files: 1)
      return !findings.contains { $0.rule.id == "syntax" }
    }
  }

  @Test("long chains of functions, of names and of what they return are followed only so far")
  func chains() throws {
    let count = 20_000
    let calls = (1...count).map { "function t.f\($0)() return t.f\($0 - 1)() end" }.joined(separator: "\n")
    let members = (1...count).map { "t.m\($0) = t.m\($0 - 1)" }.joined(separator: "\n")
    for text in [calls + "\nt.f\(count)()", members + "\nlog.info(t.m\(count).x)"] {
      let whole = "local t = {}\n" + text + "\nreturn runbook { function() end }"
      #expect(try look(at: whole).allSatisfy { $0.rule.id != "syntax" })
    }
  }

  @Test("functions that call each other in a circle, and modules that require each other")
  func circles() throws {
    #expect(try found(in: "local a, b\na = function() b() end\nb = function() a() end\na()") == [])
    let module = "local other = require 'other'\nlocal it = {}\nfunction it.x() return other.x() end\nreturn it"
    let other = "local it = require 'it'\nlocal other = {}\nfunction other.x() return it.x() end\nreturn other"
    #expect(
      try found(in: "require('it').x()", modules: ["it": module, "other": other]) == [
        "stdlib/other.lua:1: module-circle"
      ])
  }
}
